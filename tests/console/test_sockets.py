"""Small answers are not held back."""

import socket

from console.sockets import send_at_once


def test_connections_to_a_listening_socket_send_at_once() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, 0) as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        assert send_at_once() >= 1
        with socket.create_connection(server.getsockname()) as client:
            accepted, _ = server.accept()
            with accepted:
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
            assert client.fileno() > 0


def test_other_files_and_sockets_are_left_alone() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as idle:
        send_at_once()
        assert idle.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 0
