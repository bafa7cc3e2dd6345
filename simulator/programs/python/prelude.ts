/** Python that runs before the program's own code: what CPython has and MicroPython lacks, on the machine's calls. */
export const PRELUDE = String.raw`
import builtins, sys, _drydock
class _Block(BaseException): pass
class FileNotFoundError(OSError): pass
class FileExistsError(OSError): pass
class PermissionError(OSError): pass
class IsADirectoryError(OSError): pass
class NotADirectoryError(OSError): pass
class ConnectionError(OSError): pass
class ConnectionRefusedError(ConnectionError): pass
class TimeoutError(OSError): pass
class ModuleNotFoundError(ImportError): pass
for _c in (FileNotFoundError, FileExistsError, PermissionError, IsADirectoryError, NotADirectoryError, ConnectionError, ConnectionRefusedError, TimeoutError, ModuleNotFoundError):
    setattr(builtins, _c.__name__, _c)
_ERRORS = {44: (2, 'No such file or directory', FileNotFoundError), 20: (17, 'File exists', FileExistsError), 2: (13, 'Permission denied', PermissionError), 31: (21, 'Is a directory', IsADirectoryError), 54: (20, 'Not a directory', NotADirectoryError), 69: (30, 'Read-only file system', OSError), 51: (28, 'No space left on device', OSError), 55: (39, 'Directory not empty', OSError)}
def _oserror(e, path):
    n = e.args[0] if e.args else 0
    if n in _ERRORS:
        code, text, kind = _ERRORS[n]
        r = kind("[Errno %d] %s: %r" % (code, text, path))
        r.errno = code
        return r
    return e
_open = builtins.open
def open(file, mode='r', *args, **kw):
    kw.pop('newline', None); kw.pop('errors', None)
    try:
        return _open(file, mode, *args, **kw)
    except OSError as e:
        raise _oserror(e, file)
builtins.open = open
def input(prompt=''):
    if prompt: print(prompt, end='')
    r = _drydock.input()
    if r is None: raise _Block()
    if r == '\0': raise EOFError('EOF when reading a line')
    return r
builtins.input = input
import time as _t
class _Time:
    def __getattr__(self, name): return getattr(_t, name)
_time = _Time()
def _sleep(s):
    if _drydock.sleep(s) is None: raise _Block()
_time.sleep = _sleep
_time.sleep_ms = lambda ms: _sleep(ms / 1000)
_time.time = lambda: _drydock.now() / 1000
_time.monotonic = _time.perf_counter = lambda: _drydock.uptime() / 1000
_time.time_ns = lambda: int(_drydock.now() * 1000000)
_time.localtime = lambda s=None: _t.localtime(int(_drydock.now() / 1000) if s is None else int(s))
_time.gmtime = lambda s=None: _t.gmtime(int(_drydock.now() / 1000) if s is None else int(s))
_time.ctime = lambda s=None: _time.strftime('%a %b %d %H:%M:%S %Y', _time.gmtime(s))
_time.strftime = lambda f, t=None: _t.strftime(f, t if t is not None else _time.gmtime())
sys.modules['time'] = _time
import os as _os
import json as _json
class _Environ(dict):
    pass
class _Os:
    def __getattr__(self, name): return getattr(_os, name)
os = _Os()
os.environ = _Environ(_json.loads(_drydock.environ()))
os.getenv = lambda k, d=None: os.environ.get(k, d)
os.getpid = lambda: _drydock.ids(0)
os.getuid = lambda: _drydock.ids(1)
os.getgid = lambda: _drydock.ids(2)
os.name = 'posix'
os.linesep = '\n'
os.path = _os.path
def _wrap(name):
    f = getattr(_os, name)
    def g(path='.', *a, **k):
        try: return f(path, *a)
        except OSError as e: raise _oserror(e, path)
    return g
for _n in ('listdir', 'mkdir', 'remove', 'rmdir', 'unlink', 'chdir', 'stat'):
    setattr(os, _n, _wrap(_n))
def _makedirs(path, mode=0o777, exist_ok=False):
    at = '/' if path.startswith('/') else ''
    parts = [p for p in path.split('/') if p]
    for i, p in enumerate(parts):
        at = at + p
        try: _os.mkdir(at)
        except OSError as e:
            if e.args and e.args[0] == 20 and (exist_ok or i < len(parts) - 1): pass
            else: raise _oserror(e, at)
        at += '/'
os.makedirs = _makedirs
def _uname():
    class U: pass
    u = U(); u.sysname, u.nodename, u.release, u.machine = _drydock.uname().split('\n')
    return u
os.uname = _uname
os.cpu_count = lambda: 2
sys.modules['os'] = os
class _Platform:
    python_version = lambda self: _drydock.version()
    system = lambda self: 'Linux'
    node = lambda self: os.uname().nodename
    release = lambda self: os.uname().release
    machine = lambda self: 'x86_64'
    platform = lambda self: 'Linux-' + os.uname().release + '-x86_64-with-glibc2.36'
    python_implementation = lambda self: 'CPython'
sys.modules['platform'] = _Platform()
class _Socket:
    gethostname = lambda self: os.uname().nodename
sys.modules['socket'] = _Socket()
import io as _io
class _Headers(dict):
    def get(self, k, d=None): return dict.get(self, k.lower(), d)
class BaseHTTPRequestHandler:
    server_version = 'BaseHTTP/0.6'
    protocol_version = 'HTTP/1.0'
    responses = {}
    def __init__(self, method, path, headers, body, client):
        self.command, self.path, self.client_address = method, path, (client, 0)
        self.headers = _Headers(headers)
        self.rfile, self.wfile = _io.BytesIO(body), _io.BytesIO()
        self._status, self._headers = 200, []
        self.request_version = 'HTTP/1.1'
    def send_response(self, code, message=None):
        self._status = code
        self.log_request(code)
    def send_header(self, k, v): self._headers.append((k, str(v)))
    def end_headers(self): pass
    def send_error(self, code, message=None):
        self.send_response(code)
        self.send_header('Content-Type', 'text/html;charset=utf-8')
        self.wfile.write(('<!DOCTYPE HTML>\n<html lang="en">\n    <head>\n        <title>Error response</title>\n    </head>\n    <body><h1>Error response</h1><p>Error code: %d</p></body>\n</html>\n' % code).encode())
    def log_request(self, code='-', size='-'):
        self.log_message('"%s %s HTTP/1.1" %s %s', self.command, self.path, str(code), str(size))
    def log_message(self, fmt, *args):
        _drydock.log('%s - - [%s] %s\n' % (self.client_address[0], _time.strftime('%d/%b/%Y %H:%M:%S'), fmt % args))
class HTTPServer:
    def __init__(self, address, handler): self.server_address, self._handler = address, handler
    def serve_forever(self, poll_interval=0.5):
        global _handler
        _handler = self._handler
        _drydock.serve(self.server_address[0] or '0.0.0.0', self.server_address[1])
        raise _Block()
    def server_close(self): pass
    def __enter__(self): return self
    def __exit__(self, *a): return False
def _request(text):
    m, path, headers, body, client = _json.loads(text)
    h = _handler(m, path, headers, body.encode(), client)
    f = getattr(h, 'do_' + m, None)
    if f is None: h.send_error(501)
    else: f()
    return _json.dumps([h._status, h._headers, h.wfile.getvalue().decode()])
class _Http: pass
_server = _Http()
_server.BaseHTTPRequestHandler = BaseHTTPRequestHandler
_server.HTTPServer = _server.ThreadingHTTPServer = HTTPServer
_http = _Http()
_http.server = _server
sys.modules['http'] = _http
sys.modules['http.server'] = _server
_own_sys = sys
class _Sys:
    def __getattr__(self, name): return getattr(_own_sys, name)
_sys = _Sys()
_sys.version_info = tuple(int(p) for p in _drydock.version().split('.')) + ('final', 0)
_sys.version = _drydock.version() + ' (main) [GCC 14.2.0]'
_sys.platform = 'linux'
_sys.executable = '/usr/local/bin/python3'
_sys.argv = ['']
class _Flushing:
    def __init__(self, f): self._f = f
    def __getattr__(self, name): return getattr(self._f, name)
    def flush(self): pass
    def isatty(self): return False
_sys.stdout, _sys.stderr = _Flushing(sys.stdout), _Flushing(sys.stderr)
sys.modules['sys'] = _sys
_print = print
def print(*a, **k):
    k.pop('flush', None)
    f = k.get('file')
    if isinstance(f, _Flushing): k['file'] = f._f
    _print(*a, **k)
builtins.print = print
builtins.exit = builtins.quit = sys.exit
`;
