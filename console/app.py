"""The console's entry: ``python -m streamlit run console/app.py`` from the root serves pages, sign-in and API."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.types import ASGIApp

from console import process
from console.access import Guard, check_reachable
from console.children import running_children
from console.downloads import download_routes
from console.sign_in import sign_in_routes
from console.sockets import send_at_once
from console.wire import Deferred, doors_of_programs
from core.errors import ConsoleError
from core.logs import start_log
from core.settings import Settings, prepare_data_dir


def read_settings_or_exit() -> Settings:
    """The settings; wrong ones end the program with code 2 and their sentences on stderr."""
    try:
        settings = process.the_settings()
        process.the_contract()
        check_reachable(settings, st.get_option("server.address"))
        if settings.embedded:
            prepare_data_dir(settings)
    except ConsoleError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    return settings


def make_api() -> ASGIApp:
    """The API over the world of this process."""
    from console.api import create_api
    from console.api.desk import PredictorDesk
    from console.api.limits import Buckets

    return create_api(
        process.the_contract(),
        PredictorDesk(process.the_predictor),
        model=settings.mlflow_model,
        metrics=process.the_metrics(),
        buckets=Buckets(settings.api_rate, settings.api_burst),
        asks_for_token=process.the_access().needs_password,
    )


def make_metrics() -> ASGIApp:
    """What Prometheus collects."""
    from console.api.metrics import MetricsPage

    return MetricsPage(process.the_metrics())


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """The embedded processes live as long as the console."""
    send_at_once()
    async with running_children(settings, process.the_services()):
        yield


settings = read_settings_or_exit()
start_log(settings.log_level)
app = st.App(
    Path(__file__).with_name("shell.py"),
    routes=[
        *doors_of_programs(Deferred(make_api), Deferred(make_metrics)),
        *sign_in_routes(process.the_access()),
        *download_routes(),
    ],
    middleware=[Middleware(Guard, access=process.the_access())],
    lifespan=lifespan,
)
