"""The health check of a worker's container: exit code 0 where a worker's heartbeat is younger than a minute.

Any worker's heartbeat counts, since of several workers one works and the others wait for its lease.
"""

import sys
from datetime import timedelta

from core import runs, store
from core.loop import now
from core.settings import read_settings

OLDEST = timedelta(seconds=60)

with store.reading(store.open_engine(read_settings().raw_url)) as connection:
    beats = [worker["heartbeat_at"] for worker in runs.list_workers(connection, limit=1)]
sys.exit(not any(now() - beat < OLDEST for beat in beats))
