/** What the python program needs of an interpreter; the host provides it, because it is WebAssembly that has to be loaded. */

/** Whole-file access for the interpreter, synchronous; failures throw the kernel's Errno. */
export interface PythonFiles {
  stat(path: string): {
    readonly type: 'file' | 'dir' | 'symlink' | 'other';
    readonly size: number;
    readonly mode: number;
    readonly mtime: number;
  };
  readdir(path: string): string[];
  read(path: string): Uint8Array;
  write(path: string, data: Uint8Array): void;
  mkdir(path: string, mode: number): void;
  unlink(path: string): void;
  rmdir(path: string): void;
  rename(from: string, to: string): void;
}

export interface PythonOptions {
  readonly out: (bytes: Uint8Array) => void;
  readonly files: PythonFiles;
  readonly cwd: string;
  /** Functions of the module `_drydock`; they take and give strings, numbers and null. */
  readonly calls: Readonly<Record<string, (...args: never[]) => string | number | null>>;
}

/** How a piece of code ended: undefined when it ran to its end. */
export interface PythonFailure {
  /** The exception's class, e.g. `ZeroDivisionError`. */
  readonly type: string;
  /** `Traceback (most recent call last):` and what follows. */
  readonly traceback: string;
}

export interface PythonRuntime {
  run(code: string): PythonFailure | undefined;
  /** Calls a global function with strings; its result as text. */
  call(name: string, ...args: string[]): string | PythonFailure;
}

export type PythonLoader = (options: PythonOptions) => Promise<PythonRuntime>;
