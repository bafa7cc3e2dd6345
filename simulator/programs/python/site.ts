/** Where python finds modules and pip puts them. */
import type { Sys } from '../../kernel/abi.ts';

/** Python's full version: that of the official images, else Debian's own. */
export const pythonVersion = (sys: Sys): string => sys.env.PYTHON_VERSION ?? '3.11.2';

/** `3.11`. */
export const pythonMinor = (sys: Sys): string => pythonVersion(sys).split('.').slice(0, 2).join('.');

/** What pip installs to: Debian's own python3 has dist-packages below /usr/local for it, apart from what apt brings. */
export const sitePackages = (sys: Sys): string =>
  sys.env.PYTHON_VERSION
    ? `/usr/local/lib/python${pythonMinor(sys)}/site-packages`
    : `/usr/local/lib/python${pythonMinor(sys)}/dist-packages`;
