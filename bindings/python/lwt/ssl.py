"""Module Lwt_ssl: TLS, built in. The functions are those of lwt_ssl.h, by the same
names without ``lwt_ssl_``; what is written here makes clients and servers.

    input, output = await lwt.ssl.connect("example.org", 443)
"""

from __future__ import annotations

from typing import Any, Optional

from . import _callbacks, _give, handles
from ._library import NULL, lib
from ._promise import Promise
from .calls import _trampolines
from .calls import ssl as _calls
from .calls import unix as _unix
from .calls.ssl import *  # noqa: F401,F403
from .io import Channel, Ends, Handler, Server


class Context(handles.SslContext):
    """What the sessions of a client, or of a server, have in common. Make it once:
    sessions are resumed through it."""

    __slots__ = ()
    c_name = "lwt_ssl_context"

    @classmethod
    def client(cls) -> "Context":
        """For clients: whom it trusts is trust_system's or trust_file's to say."""
        return cls(lib.lwt_ssl_context_create_client())

    @classmethod
    def server(cls) -> "Context":
        """For servers: they need a certificate."""
        return cls(lib.lwt_ssl_context_create_server())

    def trust_system(self) -> Promise[None]:
        """Trusts whom the system trusts."""
        return _calls.context_trust_system(self)

    def trust_file(self, path: _give.Text) -> Promise[None]:
        """Trusts the issuers of a file in PEM."""
        return _calls.context_trust_file(self, path)

    def use_certificate_file(self, chain: _give.Text, key: _give.Text) -> Promise[None]:
        """Shows a certificate, with those of its issuers, and its key; in PEM."""
        return _calls.context_use_certificate_file(self, chain, key)


def _channels(socket: handles.SslSocket, encoding: Optional[str]) -> Ends:
    input = Channel(lib.lwt_ssl_in_channel_of(socket._ptr, 0), encoding)
    return input, Channel(lib.lwt_ssl_out_channel_of(socket._ptr, 0), encoding)


async def connect(  # type: ignore[no-redef]
    host: str,
    port: Any,
    context: Optional[Context] = None,
    encoding: Optional[str] = None,
    name: Optional[str] = None,
) -> Ends:
    """Connects to a host and port, and begins a session with whoever has a
    certificate for ``name``, which is the host if it is not given: a channel to
    read from and one to write to. Close the one for writing. Without a context
    the system says who is trusted."""
    if context is None:
        context = Context.client()
        await context.trust_system()
    fd = await _unix.connect_name(host, str(port), 0.25)
    socket = await _calls.connect(fd, context, name or host)
    return _channels(socket, encoding)


def serve(
    address: Any, context: Context, handler: Handler, encoding: Optional[str] = None
) -> Promise[Server]:
    """A server, as lwt.io.serve, whose clients speak TLS. A handshake that fails
    goes to the event loop's exception handler."""

    async def client(peer: Any, fd: Any) -> None:
        input, output = _channels(await _calls.accept(fd, context), encoding)
        try:
            await handler(peer, input, output)
        finally:
            await output.close()

    where = _give.address(address)
    made = lib.lwt_io_establish_server_with_client_socket(
        _give.sockaddr(where),
        where.len,
        NULL,
        _trampolines.lwt_io_client_socket_fn(),
        _callbacks.client(client),
        _callbacks.drop,
    )
    return Promise(made, Server.of_value)


__all__ = _calls.__all__ + ["Context", "connect", "serve"]
