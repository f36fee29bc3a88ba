#!/usr/bin/env python3
"""An ActorCron worker in Python: takes runs of one external queue, executes them, reports how they went.

    pip install -r requirements.txt          (or: apt-get install python3-pika)
    AMQP_URL=amqp://guest:guest@127.0.0.1:5672/ QUEUE=reports python3 worker.py

Environment:
    AMQP_URL      the broker                                   (amqp://guest:guest@127.0.0.1:5672/)
    QUEUE         the queue, as schedules name it              (default)
    COUNT         execute that many runs, then stop; 0: no end (0)
    WORKER_NAME   how runs show who executed them              (host:pid)
    EXCHANGE      the nodes' actorcron.broker.rabbitmq.exchange (actorcron.jobs)

Put your own functions into HANDLERS. SIGTERM or Ctrl-C lets the current run end, then stops with exit code 0.
The rules that it keeps are explained in docs/workers.md.
"""

import json
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, Optional

import pika
import pika.exceptions

VERSION = 1
DEAD_EXCHANGE = "actorcron.dead"
RESULTS_EXCHANGE = "actorcron.results"
RESULTS_KEY = "results"
MAX_BODY = 16 * 1024 * 1024  # The reduce of a batch gets the results of all its items.
# RabbitMQ takes a message back that stays unacknowledged for 30 minutes. What may run longer is acknowledged at its start.
LONGEST_UNACKNOWLEDGED = 25 * 60

log = logging.getLogger("worker")


@dataclass
class Job:
    """One attempt of one run."""

    run_id: str
    attempt: int
    fence: int
    type: str
    params: Dict[str, Any]
    schedule: Optional[str] = None
    user: Optional[str] = None
    scheduled_for: Optional[str] = None
    timeout: float = 3600.0
    traceparent: Optional[str] = None
    # Set when the time is up: a handler that goes on for long should look at it.
    cancelled: threading.Event = field(default_factory=threading.Event)


# ---- what this worker can do -------------------------------------------------------------------------------------------------------------------


def make_report(job: Job) -> str:
    """Stands for real work: {"name": "sales", "seconds": 2}."""
    if job.cancelled.wait(float(job.params.get("seconds", 0))):
        raise TimeoutError("stopped half-way")
    return f"report {job.params.get('name', 'unnamed')} for {job.scheduled_for} is done"


def noop(job: Job) -> str:
    """As ActorCron's own: {"sleepMs": 100, "fail": false}."""
    job.cancelled.wait(float(job.params.get("sleepMs", 0)) / 1000)
    if job.params.get("fail"):
        raise RuntimeError("told to fail")
    return ""


# A handler gets the job and returns its output; an exception makes the run fail. It may be called twice for one run (the worker
# died at the wrong moment, say): what must not happen twice should be guarded by job.run_id.
HANDLERS: Dict[str, Callable[[Job], str]] = {"report": make_report, "noop": noop}


# ---- the protocol ------------------------------------------------------------------------------------------------------------------------------


class Poison(Exception):
    """A message that no worker can take."""


def read_job(properties: pika.BasicProperties, body: bytes) -> Job:
    headers = properties.headers or {}
    if str(headers.get("actorcron-version", VERSION)) != str(VERSION):
        raise Poison(f"unsupported-version: actorcron-version is {headers['actorcron-version']}; this worker reads {VERSION}")
    if properties.type not in (None, "", "actorcron.job"):
        raise Poison(f"wrong-kind: type is {properties.type}; actorcron.job is expected")
    if not body:
        raise Poison("empty: the body is empty")
    if len(body) > MAX_BODY:
        raise Poison(f"too-large: the body has {len(body)} bytes; at most {MAX_BODY} are allowed")
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as e:
        raise Poison(f"malformed-json: {e}") from None

    def value(source: Any, name: str, kind: type, default: Any) -> Any:
        found = source.get(name) if isinstance(source, dict) else None
        if found is None and default is not ...:
            return default
        # True is an int to Python.
        if not isinstance(found, kind) or isinstance(found, bool):
            raise Poison(f"invalid-field: {name} must be {getattr(kind, '__name__', 'a number')}")
        return found

    if not isinstance(message, dict):
        raise Poison("invalid-field: the body must be an object")
    job = value(message, "job", dict, ...)
    return Job(
        run_id=value(message, "runId", str, properties.message_id) or "",
        attempt=value(message, "attempt", int, 1),
        fence=value(message, "fence", int, 0),
        type=value(job, "type", str, ...),
        params=value(job, "params", dict, {}),
        schedule=value(message, "schedule", str, None),
        user=value(message, "user", str, None),
        scheduled_for=value(message, "scheduledFor", str, None),
        timeout=float(value(message, "timeoutSeconds", (int, float), 3600)),  # type: ignore[arg-type]
        traceparent=headers.get("traceparent"),
    )


class Worker:
    def __init__(self, url: str, queue: str, count: int, name: str, exchange: str) -> None:
        self.url, self.count, self.name = url, count, name
        self.queue = f"{exchange}.{queue}"
        self.taken = 0
        self.stopping = False
        self.fences: "OrderedDict[str, int]" = OrderedDict()

    def stop(self, *_: Any) -> None:
        log.info("stopping: the current run may end")
        self.stopping = True

    @property
    def is_done(self) -> bool:
        return self.stopping or (self.count > 0 and self.taken >= self.count)

    def run(self) -> None:
        """Serves until it is done, through any trouble with the broker: what was not acknowledged is delivered again."""
        delay = 1.0
        while not self.is_done:
            try:
                taken = self.taken
                self.serve()
            except pika.exceptions.AMQPError as e:
                delay = 1.0 if self.taken > taken else min(delay * 2, 30.0)
                if isinstance(e, pika.exceptions.ChannelClosedByBroker) and e.reply_code == 404:
                    log.warning("%s; the scheduler makes it with the first run", e.reply_text)
                else:
                    log.warning("the broker is away (%s)", str(e) or type(e).__name__)
                wake = time.monotonic() + delay
                while time.monotonic() < wake and not self.is_done:
                    time.sleep(0.1)

    def serve(self) -> None:
        connection = pika.BlockingConnection(pika.URLParameters(self.url))
        try:
            channel = connection.channel()
            channel.confirm_delivery()
            # Nothing is taken that is not about to run: the backlog is there for others, too.
            channel.basic_qos(prefetch_count=1)
            # Only looked for: the nodes own the topology.
            channel.queue_declare(self.queue, passive=True)
            log.info("serving %s as %s", self.queue, self.name)
            while not self.is_done:
                self.take(connection, channel)
            channel.cancel()
        finally:
            if connection.is_open:
                connection.close()

    def take(self, connection: Any, channel: Any) -> None:
        for method, properties, body in channel.consume(self.queue, inactivity_timeout=0.5):
            if method is not None:
                self.handle(connection, channel, method.delivery_tag, properties, body)
                return
            if self.is_done:
                return

    def handle(self, connection: Any, channel: Any, tag: int, properties: pika.BasicProperties, body: bytes) -> None:
        try:
            job = read_job(properties, body)
        except Poison as poison:
            log.warning("dead letter: %s", poison)
            self.bury(channel, properties, body, str(poison))
            channel.basic_ack(tag)
            return
        if job.fence < self.fences.get(job.run_id, 0):
            log.info("%s: attempt %d is not the current one any more", job.run_id, job.attempt)
            channel.basic_ack(tag)
            return
        self.remember(job)

        self.taken += 1
        early = job.timeout > LONGEST_UNACKNOWLEDGED
        if early or self.is_done:
            # The acknowledgement must not bring another one.
            channel.cancel()
        self.report(channel, job, "running")
        if early:
            channel.basic_ack(tag)
        outcome = self.execute(connection, job)
        # First the report, confirmed; then the acknowledgement: whatever fails in between, the run is not lost.
        self.report(channel, job, **outcome)
        if not early:
            channel.basic_ack(tag)
        log.info("%s attempt %d: %s", job.run_id, job.attempt, outcome["outcome"])

    def remember(self, job: Job) -> None:
        self.fences[job.run_id] = job.fence
        self.fences.move_to_end(job.run_id)
        if len(self.fences) > 10_000:
            self.fences.popitem(last=False)

    def execute(self, connection: Any, job: Job) -> Dict[str, Any]:
        """Runs the handler beside the connection, which must go on answering heartbeats."""
        handler = HANDLERS.get(job.type)
        if handler is None:
            return {"outcome": "failed", "error": f"unknown job type '{job.type}': this worker knows {', '.join(sorted(HANDLERS))}"}
        result: Dict[str, Any] = {}
        ended = threading.Event()

        def run() -> None:
            try:
                result.update(outcome="succeeded", output=handler(job) or "")
            except Exception as e:  # Whatever it is, it is this run's failure.
                log.exception("%s failed", job.run_id)
                result.update(outcome="failed", error=f"{type(e).__name__}: {e}")
            ended.set()
            try:
                connection.add_callback_threadsafe(lambda: None)  # Wakes the loop below.
            except pika.exceptions.AMQPError:
                pass  # The loop has noticed.

        threading.Thread(target=run, name=job.run_id, daemon=True).start()
        deadline = time.monotonic() + job.timeout
        try:
            while not ended.is_set():
                if time.monotonic() >= deadline:
                    return {"outcome": "failed", "error": f"timed out after {job.timeout:g} s"}
                connection.process_data_events(time_limit=1)
            return dict(result)
        finally:
            job.cancelled.set()

    def report(self, channel: Any, job: Job, outcome: str, output: Optional[str] = None, error: Optional[str] = None) -> None:
        body = {"runId": job.run_id, "attempt": job.attempt, "outcome": outcome, "output": output, "error": error, "worker": self.name}
        properties = pika.BasicProperties(
            content_type="application/json", delivery_mode=2, type="actorcron.result", message_id=f"{job.run_id}#{job.attempt}-{outcome}",
            timestamp=int(time.time()), headers={"actorcron-version": VERSION, **({"traceparent": job.traceparent} if job.traceparent else {})})
        # With confirms on, this returns when the broker has it, and raises otherwise.
        channel.basic_publish(RESULTS_EXCHANGE, RESULTS_KEY, json.dumps(body).encode(), properties, mandatory=True)

    def bury(self, channel: Any, properties: pika.BasicProperties, body: bytes, reason: str) -> None:
        properties.headers = {**(properties.headers or {}), "actorcron-reason": reason[:500], "actorcron-queue": self.queue}
        properties.delivery_mode, properties.expiration, properties.user_id = 2, None, None
        channel.basic_publish(DEAD_EXCHANGE, "", body, properties, mandatory=True)


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    worker = Worker(
        url=os.environ.get("AMQP_URL", "amqp://guest:guest@127.0.0.1:5672/"),
        queue=os.environ.get("QUEUE", "default"),
        count=int(os.environ.get("COUNT", "0")),
        name=os.environ.get("WORKER_NAME") or f"{socket.gethostname()}:{os.getpid()}",
        exchange=os.environ.get("EXCHANGE", "actorcron.jobs"))
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)
    worker.run()
    log.info("stopped after %d runs", worker.taken)
    return 0


if __name__ == "__main__":
    sys.exit(main())
