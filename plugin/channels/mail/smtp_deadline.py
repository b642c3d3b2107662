"""smtplib's conversation with an end to its patience: an answer is there whole within so many seconds, or never."""

from __future__ import annotations

import smtplib
import socket
import ssl
import time


class Conversation(smtplib.SMTP):
    """smtplib's, except that an answer must be whole within the patience: its own timeout starts anew at every
    byte. `tls` is given where the connection is encrypted from the first byte."""

    file: TimedReplies | None

    def __init__(self, helo: str, patience_s: float, tls: ssl.SSLContext | None) -> None:
        super().__init__(local_hostname=helo, timeout=patience_s)
        self.patience_s = patience_s
        self._tls = tls

    def connect(self, host: str = "localhost", port: int = 0, source_address: object = None) -> tuple[int, bytes]:
        """Connect and read the greeting."""
        self._host = host  # starttls checks the certificate against it
        return super().connect(host, port)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = socket.create_connection((host, port), timeout)
        if self._tls is None:
            return plain
        try:
            return self._tls.wrap_socket(plain, server_hostname=host)
        except OSError:
            plain.close()
            raise

    def getreply(self) -> tuple[int, bytes]:
        """One whole answer within the patience; smtplib's errors otherwise."""
        if self.file is None and self.sock is not None:
            self.file = TimedReplies(self.sock)
        if self.file is not None:
            self.file.until = time.monotonic() + self.patience_s
        answer = super().getreply()
        if self.sock is not None:
            self.sock.settimeout(self.patience_s)
        return answer  # what is sent next has the whole patience again


class TimedReplies:
    """The server's lines, each there before `until` (monotonic seconds) or TimeoutError."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._left = b""
        self.until = 0.0

    def readline(self, limit: int) -> bytes:
        """The next line, or what there is of it at `limit` bytes or at the end."""
        while b"\n" not in self._left and len(self._left) < limit:
            patience = self.until - time.monotonic()
            if patience <= 0:
                raise TimeoutError("the answer took too long")
            self._sock.settimeout(patience)
            more = self._sock.recv(4096)
            if not more:
                break
            self._left += more
        end = min(self._left.find(b"\n") + 1 or limit, limit)
        line, self._left = self._left[:end], self._left[end:]
        return line

    def close(self) -> None:
        """Forget what was not read; the socket is closed by the conversation."""
        self._left = b""
