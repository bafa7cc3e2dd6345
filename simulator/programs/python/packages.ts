/** What the simulated package index holds: name, version, what it needs, and the bytes it installs. */
export interface PythonPackage {
  readonly version: string;
  readonly needs: readonly string[];
  /** Size of the wheel and of what it unpacks to, in kB. */
  readonly wheel: number;
  readonly unpacked: number;
  /** Compiled for the platform. */
  readonly binary?: boolean;
}

export const PYTHON_PACKAGES: Readonly<Record<string, PythonPackage>> = {
  blinker: { version: '1.9.0', needs: [], wheel: 8, unpacked: 24 },
  click: { version: '8.3.1', needs: [], wheel: 108, unpacked: 420 },
  flask: {
    version: '3.1.2',
    needs: ['blinker', 'click', 'itsdangerous', 'jinja2', 'markupsafe', 'werkzeug'],
    wheel: 103,
    unpacked: 380,
  },
  itsdangerous: { version: '2.2.0', needs: [], wheel: 16, unpacked: 52 },
  jinja2: { version: '3.1.6', needs: ['markupsafe'], wheel: 134, unpacked: 590 },
  markupsafe: { version: '3.0.3', needs: [], wheel: 22, unpacked: 70, binary: true },
  werkzeug: { version: '3.1.3', needs: ['markupsafe'], wheel: 224, unpacked: 860 },
  numpy: { version: '2.3.5', needs: [], wheel: 16600, unpacked: 70200, binary: true },
  pandas: {
    version: '2.3.3',
    needs: ['numpy', 'python-dateutil', 'pytz', 'tzdata'],
    wheel: 12400,
    unpacked: 58300,
    binary: true,
  },
  'python-dateutil': { version: '2.9.0.post0', needs: ['six'], wheel: 229, unpacked: 800 },
  pytz: { version: '2025.2', needs: [], wheel: 509, unpacked: 1100 },
  six: { version: '1.17.0', needs: [], wheel: 11, unpacked: 40 },
  tzdata: { version: '2025.2', needs: [], wheel: 347, unpacked: 1000 },
  requests: {
    version: '2.32.5',
    needs: ['certifi', 'charset-normalizer', 'idna', 'urllib3'],
    wheel: 64,
    unpacked: 240,
  },
  certifi: { version: '2025.11.12', needs: [], wheel: 159, unpacked: 300 },
  'charset-normalizer': { version: '3.4.4', needs: [], wheel: 153, unpacked: 520, binary: true },
  idna: { version: '3.11', needs: [], wheel: 71, unpacked: 420 },
  urllib3: { version: '2.5.0', needs: [], wheel: 129, unpacked: 520 },
  gunicorn: { version: '23.0.0', needs: ['packaging'], wheel: 85, unpacked: 330 },
  packaging: { version: '25.0', needs: [], wheel: 66, unpacked: 250 },
  redis: { version: '7.1.0', needs: [], wheel: 354, unpacked: 1700 },
  fastapi: { version: '0.122.0', needs: ['pydantic', 'starlette', 'typing-extensions'], wheel: 110, unpacked: 560 },
  starlette: { version: '0.50.0', needs: ['anyio'], wheel: 74, unpacked: 300 },
  anyio: { version: '4.11.0', needs: ['idna', 'sniffio'], wheel: 109, unpacked: 460 },
  sniffio: { version: '1.3.1', needs: [], wheel: 10, unpacked: 24 },
  pydantic: {
    version: '2.12.4',
    needs: ['annotated-types', 'pydantic-core', 'typing-extensions', 'typing-inspection'],
    wheel: 463,
    unpacked: 2100,
  },
  'pydantic-core': { version: '2.41.5', needs: ['typing-extensions'], wheel: 2100, unpacked: 4900, binary: true },
  'annotated-types': { version: '0.7.0', needs: [], wheel: 13, unpacked: 44 },
  'typing-extensions': { version: '4.15.0', needs: [], wheel: 44, unpacked: 170 },
  'typing-inspection': { version: '0.4.2', needs: ['typing-extensions'], wheel: 14, unpacked: 46 },
  uvicorn: { version: '0.38.0', needs: ['click', 'h11'], wheel: 68, unpacked: 250 },
  h11: { version: '0.16.0', needs: [], wheel: 37, unpacked: 130 },
  django: { version: '5.2.8', needs: ['asgiref', 'sqlparse'], wheel: 8300, unpacked: 39000 },
  asgiref: { version: '3.11.0', needs: [], wheel: 24, unpacked: 84 },
  sqlparse: { version: '0.5.3', needs: [], wheel: 44, unpacked: 170 },
  pytest: { version: '9.0.1', needs: ['iniconfig', 'packaging', 'pluggy', 'pygments'], wheel: 373, unpacked: 1500 },
  iniconfig: { version: '2.3.0', needs: [], wheel: 8, unpacked: 20 },
  pluggy: { version: '1.6.0', needs: [], wheel: 21, unpacked: 74 },
  pygments: { version: '2.19.2', needs: [], wheel: 1200, unpacked: 4500 },
};
