# One image for the console (default command), the worker (python worker.py) and the MLflow server (mlflow server).
FROM python:3.11-slim-bookworm AS libraries
WORKDIR /build
COPY requirements.txt .
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir --requirement requirements.txt

FROM python:3.11-slim-bookworm
RUN groupadd --system --gid 10001 console \
    && useradd --system --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin console \
    && install -d -o console -g console /data /artifacts
COPY --from=libraries /opt/venv /opt/venv

WORKDIR /app
COPY .streamlit .streamlit
COPY core core
COPY console console
COPY pages pages
COPY deploy/worker_health.py deploy/
COPY worker.py ./
RUN /opt/venv/bin/python -m compileall -q .

# Home and the libraries' caches lie under /tmp, so that the rest of the file system can be read-only.
ARG GIT_COMMIT=""
ENV PATH="/opt/venv/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp \
    MPLCONFIGDIR=/tmp/matplotlib \
    NUMBA_CACHE_DIR=/tmp/numba \
    GIT_PYTHON_REFRESH=quiet \
    MLFLOW_DISABLE_TELEMETRY=true \
    DATA_DIR=/data \
    EMBEDDED=false \
    GIT_COMMIT=$GIT_COMMIT

USER 10001:10001
EXPOSE 8501
HEALTHCHECK --interval=15s --timeout=10s --start-period=90s --retries=4 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8501/api/health', timeout=8)"]
CMD ["python", "-m", "streamlit", "run", "console/app.py", "--server.address=0.0.0.0", "--server.port=8501"]
