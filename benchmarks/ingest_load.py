"""Open-loop load on ingest: requests start on a fixed beat whether or not earlier ones have ended.

    python benchmarks/ingest_load.py --url http://127.0.0.1:8101 --key KEY --rate 1000 --batch 50 --seconds 30

Latency counts from the moment a request was due, so that a stall shows (no coordinated omission).
"""

import argparse
import json
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from statistics import quantiles

import httpx

TEXTS = (
    "Could you send the Q3 budget deck to Harbour Foods by Friday? The numbers from PAY-231 should be in there.",
    "下周三之前把登录超时的问题修好，谢谢。",
    "I'll take PAY-310 and have a fix tonight; ring me on +44 20 7946 0958 if it burns.",
    "会议改到三号会议室，纪要我来写。",
    "Merged, thanks!",
)


def batch(size: int, run: str, number: int) -> bytes:
    """One request's body: plain messages with ids of their own, over forty conversations."""
    now = datetime.now(UTC).isoformat()
    rows = [
        {
            "id": f"{run}-{number}-{place}", "kind": "chat", "sent_at": now,
            "text": TEXTS[(number + place) % len(TEXTS)],
            "conversation": {"id": f"chat:load-{(number + place) % 40}", "title": "load", "kind": "channel"},
            "author": {"id": f"person{place % 9}@load.example", "name": f"Person {place % 9}"},
        }
        for place in range(size)
    ]  # fmt: skip
    return json.dumps(rows, ensure_ascii=False).encode()


class Load:
    """Sends and measures; safe to call from many threads."""

    def __init__(self, client: httpx.Client, size: int) -> None:
        self._client = client
        self._size = size
        self._run = uuid.uuid4().hex[:8]
        self._lock = threading.Lock()
        self.statuses: Counter[str] = Counter()
        self.latencies_s: list[float] = []

    def send(self, number: int, due_s: float) -> None:
        """One request; a refusal or a broken connection counts by its status or name."""
        try:
            answer = self._client.post("/v1/events", content=batch(self._size, self._run, number))
            status = str(answer.status_code)
        except httpx.HTTPError as exc:
            status = type(exc).__name__
        took_s = time.perf_counter() - due_s
        with self._lock:
            self.statuses[status] += 1
            if status == "202":
                self.latencies_s.append(took_s)


def main() -> None:
    """Run the load and print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--url", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--rate", type=float, default=1000.0, help="messages a second")
    parser.add_argument("--batch", type=int, default=50, help="messages in a request")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--threads", type=int, default=32)
    args = parser.parse_args()
    headers = {"Authorization": f"Bearer {args.key}", "Content-Type": "application/json"}
    beat_s = args.batch / args.rate
    with (
        httpx.Client(base_url=args.url, headers=headers, timeout=60) as client,
        ThreadPoolExecutor(args.threads) as pool,
    ):
        load, start_s = Load(client, args.batch), time.perf_counter()
        for number in range(round(args.seconds / beat_s)):
            due_s = start_s + number * beat_s
            time.sleep(max(0.0, due_s - time.perf_counter()))
            pool.submit(load.send, number, due_s)
        pool.shutdown(wait=True)
        took_s = time.perf_counter() - start_s
    print(json.dumps(summary(load, took_s, args.batch)))


def summary(load: Load, took_s: float, size: int) -> dict[str, object]:
    """Acknowledged messages a second, and latencies of acknowledged requests in milliseconds."""
    cuts = quantiles(load.latencies_s, n=100) if len(load.latencies_s) > 1 else [float("nan")] * 99
    return {
        "messages_per_s": round(len(load.latencies_s) * size / took_s, 1),
        "p50_ms": round(cuts[49] * 1000, 1),
        "p99_ms": round(cuts[98] * 1000, 1),
        "statuses": dict(load.statuses),
        "batch": size,
    }


if __name__ == "__main__":
    main()
