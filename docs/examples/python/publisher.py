#!/usr/bin/env python3
"""Gives ActorCron jobs from Python: each message becomes a run with trigger "message".

    AMQP_URL=amqp://guest:guest@127.0.0.1:5672/ QUEUE=default COUNT=3 python3 publisher.py

Environment:
    AMQP_URL     the broker                                    (amqp://guest:guest@127.0.0.1:5672/)
    QUEUE        a queue that the cluster's workers serve      (default)
    COUNT        how many                                      (1)
    JOB_TYPE     the job type                                  (noop)
    JOB_PARAMS   its params, a JSON object                     ({})
    ID_PREFIX    the runs are <prefix>-1, <prefix>-2 …; the same id twice is one run, so a program that is not sure
                 whether it has published may publish again    (a new one each time)
    EXCHANGE     the nodes' actorcron.broker.rabbitmq.exchange (actorcron.jobs)

Prints the id of each run that the broker has. Exit code 1 if it has not all of them.
"""

import json
import os
import secrets
import sys
import time
import uuid

import pika
import pika.exceptions


def traceparent() -> str:
    """A new W3C trace. Pass on the one of your request instead, and the run shows up in its trace."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def publish(channel, exchange: str, queue: str, run_id: str, job_type: str, params: dict) -> None:
    """Returns when the broker has it on disk; raises pika.exceptions.AMQPError otherwise: publish it again, with the same id."""
    body = {"runId": run_id, "user": "python", "timeoutSeconds": 300, "job": {"type": job_type, "params": params}}
    properties = pika.BasicProperties(
        content_type="application/json", delivery_mode=2, type="actorcron.job", message_id=run_id,
        timestamp=int(time.time()), headers={"actorcron-version": 1, "traceparent": traceparent()})
    channel.basic_publish(exchange, queue, json.dumps(body).encode(), properties, mandatory=True)


def main() -> int:
    exchange = os.environ.get("EXCHANGE", "actorcron.jobs")
    queue = os.environ.get("QUEUE", "default")
    prefix = os.environ.get("ID_PREFIX") or f"py-{uuid.uuid4().hex}"
    try:
        connection = pika.BlockingConnection(pika.URLParameters(os.environ.get("AMQP_URL", "amqp://guest:guest@127.0.0.1:5672/")))
        channel = connection.channel()
        channel.confirm_delivery()
        for i in range(1, int(os.environ.get("COUNT", "1")) + 1):
            run_id = f"{prefix}-{i}"
            publish(channel, exchange, queue, run_id, os.environ.get("JOB_TYPE", "noop"), json.loads(os.environ.get("JOB_PARAMS", "{}")))
            print(run_id, flush=True)
        connection.close()
        return 0
    except pika.exceptions.UnroutableError:
        print(f"no queue takes '{queue}': no node has served it yet (actorcron.worker.queues)", file=sys.stderr)
    except pika.exceptions.AMQPError as e:
        print(f"not published: {e or type(e).__name__}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
