"""A database that lets nobody in without TLS, as a PaaS's does."""

from __future__ import annotations

import datetime
import os
import threading

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from plugin.stores.postgres import Database, PostgresInbox, WorkerLease, migrate
from plugin.stores.postgres.jobs import Jobs
from plugin.stores.postgres.queue import Queue
from tests.postgres import Server
from tests.promises.samples import a_delivery


def a_certificate() -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    kind = serialization.PrivateFormat.PKCS8
    private = key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption())
    return built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM), private


@pytest.fixture
def strict_server():
    server = Server()
    try:
        server.start()
        with psycopg.connect(server.url("postgres"), autocommit=True) as wire:
            wire.execute("ALTER SYSTEM SET ssl = on")
            (folder,) = wire.execute("SHOW data_directory").fetchone()
        server.stop()
        owner = os.stat(folder)
        for name, content in zip(("server.crt", "server.key"), a_certificate(), strict=True):
            path = os.path.join(folder, name)
            with open(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "wb") as file:
                file.write(content)
            os.chown(path, owner.st_uid, owner.st_gid)
        with open(os.path.join(folder, "pg_hba.conf"), "w") as rules:
            rules.write("hostssl all all 127.0.0.1/32 trust\n")
        server.start()
        yield server
    finally:
        server.remove()


@pytest.mark.parametrize("mode", ["", "?sslmode=require"])
def test_store_life_and_queue_speak_tls_where_the_server_wants_it(strict_server, mode):
    url = strict_server.url(strict_server.new_database()) + mode
    with pytest.raises(psycopg.OperationalError, match="no encryption"):
        psycopg.connect(url, sslmode="disable")
    migrate(url)
    database, attended = Database(url), threading.Event()
    life = WorkerLease(database)
    queue = Queue(url, lambda delivery_id: attended.set())
    inbox = PostgresInbox(database, defer=Jobs().put, life=life)
    queue.start()
    inbox.keep(a_delivery())
    assert attended.wait(30)
    life.number()
    with psycopg.connect(url) as wire:
        rows = wire.execute(
            "SELECT application_name, ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) "
            "WHERE application_name LIKE 'footnote%'"
        ).fetchall()
    assert {name for name, _ in rows} == {"footnote", "footnote locks", "footnote queue"}
    assert all(is_tls for _, is_tls in rows)
    assert queue.stop(patience_s=20)
    life.close()
    database.close()
