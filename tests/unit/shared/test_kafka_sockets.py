"""A connection that fails leaves no socket open: the guard of `tests/conftest.py` works."""

import gc
import warnings

import pytest
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from tests.ports import free_port


def test_a_failed_connection_leaves_no_socket_open() -> None:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", ResourceWarning)
        with pytest.raises(KafkaError):
            KafkaAdminClient(bootstrap_servers=f"127.0.0.1:{free_port()}", bootstrap_timeout_ms=300)
        gc.collect()
    assert [str(each.message) for each in said if each.category is ResourceWarning] == []
