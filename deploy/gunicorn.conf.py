"""How the service runs under gunicorn, in a container and by `osteohooks serve` alike."""

import os

wsgi_app = "service.wsgi:app"

_host = os.environ.get("OSTEOHOOKS_HOST", "127.0.0.1")
_port = os.environ.get("OSTEOHOOKS_PORT", "8080")
bind = f"[{_host}]:{_port}" if ":" in _host else f"{_host}:{_port}"

# A request waits on an EHR's FHIR server far longer than it computes: few processes, several threads each.
worker_class = "gthread"
workers = int(os.environ.get("OSTEOHOOKS_WORKERS", "2"))
threads = 8
keepalive = 5

# A worker is renewed now and then, never all of them at once.
max_requests = 5000
max_requests_jitter = 500

timeout = 30
# A stopped service is gone within 5 seconds: 4 for requests in flight, 1 for the processes to end.
graceful_timeout = 4

# The heartbeat file must not wait for a disk.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112 - a memory file system

# The control interface is one more way in; nothing here uses it.
control_socket_disable = True

# The service writes its own log. An access log here would hold whole URLs, and patients' ids in them.
accesslog = None
errorlog = "-"
# At lower levels gunicorn prints paths too.
loglevel = "warning"
proc_name = "osteohooks"
