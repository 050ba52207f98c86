-- Run once, when MySQL starts on an empty volume. The account itself comes from MYSQL_USER and MYSQL_PASSWORD.
-- In a grant _ stands for any character unless it is escaped.
CREATE DATABASE RAW_DATA CHARACTER SET utf8mb4;
CREATE DATABASE CLEAN_DATA CHARACTER SET utf8mb4;
CREATE DATABASE mlflow CHARACTER SET utf8mb4;
GRANT ALL ON `RAW\_DATA`.* TO 'console'@'%';
GRANT ALL ON `CLEAN\_DATA`.* TO 'console'@'%';
GRANT ALL ON mlflow.* TO 'console'@'%';
