"""lwt.ssl: clients and servers that speak TLS."""

import asyncio
import shutil
import subprocess
import unittest

import lwt

from .house import Case, claim


@unittest.skipUnless(shutil.which("openssl"), "needs openssl")
class Tls(Case):
    def setUp(self):
        super().setUp()
        self.key, self.certificate = self.path("key.pem"), self.path("certificate.pem")
        command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
        names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
        files = ["-keyout", self.key, "-out", self.certificate]
        subprocess.run(command.split() + names + files, check=True, capture_output=True)

    @claim
    async def test_a_client_and_a_server_talk(self):
        async def shout(peer, input, output):
            async for line in input:
                await output.write_line(line.upper())

        server_side, client_side = lwt.ssl.Context.server(), lwt.ssl.Context.client()
        await server_side.use_certificate_file(self.certificate, self.key)
        await client_side.trust_file(self.certificate)
        address = ("127.0.0.1", 0)
        async with await lwt.ssl.serve(address, server_side, shout, "utf-8") as server:
            port = server.address[1]
            input, output = await lwt.ssl.connect(
                "127.0.0.1", port, client_side, "utf-8", name="localhost"
            )
            await output.write_line("hello")
            self.assertEqual(await input.read_line(), "HELLO")
            await output.close()

    @claim
    async def test_whom_nobody_trusts_is_refused(self):
        seen = []
        asyncio.get_running_loop().set_exception_handler(
            lambda loop, context: seen.append(context["exception"])
        )
        server_side = lwt.ssl.Context.server()
        await server_side.use_certificate_file(self.certificate, self.key)
        address = ("127.0.0.1", 0)
        async with await lwt.ssl.serve(address, server_side, lambda *_: None) as server:
            port = server.address[1]
            with self.assertRaises(lwt.SSLError):
                await lwt.ssl.connect(
                    "127.0.0.1", port, lwt.ssl.Context.client(), name="localhost"
                )
            while not seen:
                await lwt.sleep(0.001)
        self.assertIsInstance(seen[0], lwt.SSLError)


if __name__ == "__main__":
    unittest.main()
