"""What strangers send to silence a site, each in its shape."""

from __future__ import annotations

POST = b"POST /connect HTTP/1.1\r\nHost: x\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
NOT_READ = "ask much and do not read"
SHAPES = {
    "say nothing": b"",
    "say one letter": b"G",
    "never end their headers": b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
    "send blank lines": b"\r\n\r\n",
    "never end their body": POST + b"Content-Length: 1000\r\n\r\na=",
    "write their length with zeros": POST + b"Content-Length: 00000000000000000000050000\r\n\r\na=",
    "hide chunked behind blanks": POST + b"Transfer-Encoding:" + b" " * 250 + b"chunked\r\n\r\n5\r\na=",
    "never end their chunks": CHUNKED + b"5\r\na=",
    "break their chunks": CHUNKED + b"zz\r\n",
    "send chunks of negative length": CHUNKED + b"-5\r\nabc",
    "announce more than is taken": POST + b"Content-Length: 10000000\r\n\r\na=",
    "ask before sending": POST + b"Expect: 100-continue\r\nContent-Length: 9\r\n\r\n",
    "do not hang up": GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"),
    "begin another request": GET + b"G",
    NOT_READ: b"GET /static/footnote.css HTTP/1.1\r\nHost: x\r\n\r\n" * 150,
}
TINY_CHUNKS = CHUNKED + b"1\r\na\r\n" * 27_000
