/** QuickJS as the machine's JavaScript engine: one WebAssembly instance for each process. */
import { EvalFlags, JSException, JSValueHandle, QuickJS } from 'quickjs-wasi';
import type { NodeLoader, NodeOutcome, NodeRuntime, NodeValue } from '../../simulator/programs/node/runtime.ts';

/** The engine's largest stack: deeper recursion is a RangeError that the program can catch. */
const STACK = 400_000;

function fromHandle(handle: JSValueHandle): NodeValue {
  if (handle.isUndefined) return undefined;
  if (handle.isNull) return null;
  if (handle.isString) return handle.toString();
  if (handle.isNumber) return handle.toNumber();
  if (handle.isBool) return handle.toBoolean();
  if (handle.className === 'Uint8Array') return handle.toUint8Array();
  throw new TypeError('this value cannot leave the engine');
}

/** Calls that compile: they need the engine itself, so they are not the program's. */
function evaluators(vm: QuickJS): Record<string, (code: string, name: string) => JSValueHandle> {
  const attempt = (code: string, name: string, flags: number): JSValueHandle => {
    try {
      return vm.evalCode(code, name, flags);
    } catch (error) {
      if (!(error instanceof JSException)) throw error;
      // Thrown inside by the caller, with the stack it was made with.
      const box = vm.newObject();
      box.setProp('thrown', error.handle);
      error.dispose();
      return box;
    }
  };
  return {
    script: (code, name) => attempt(code, name, EvalFlags.TYPE_GLOBAL),
    module: (code, name) => attempt(code, name, EvalFlags.TYPE_MODULE),
  };
}

/** A loader of QuickJS on a compiled WebAssembly module. */
export function quickJs(compile: () => Promise<WebAssembly.Module>): NodeLoader {
  let compiled: Promise<WebAssembly.Module> | undefined;
  return async (options): Promise<NodeRuntime> => {
    compiled ??= compile();
    /** The library's functions that the engine itself calls; there once the library has run. */
    const library: { resolve?: JSValueHandle; source?: JSValueHandle; rejection?: JSValueHandle } = {};
    let begun = false;
    let stopped = false;
    let full = false;
    const text = (fn: JSValueHandle, ...args: string[]): string => {
      const handles = args.map((arg) => vm.newString(arg));
      try {
        return vm.callFunction(fn, vm.undefined, ...handles).consume((h) => h.toString());
      } finally {
        for (const handle of handles) handle.dispose();
      }
    };
    const vm: QuickJS = await QuickJS.create({
      wasm: await compiled,
      memoryLimit: options.memoryLimit,
      maxStackSize: STACK,
      timezoneOffset: 0,
      interruptHandler: () => {
        if (begun && options.interrupt()) stopped = true;
        return stopped;
      },
      onUnhandledRejection: (promise, reason, handled) => {
        if (!library.rejection || stopped) return;
        vm.callFunction(library.rejection, vm.undefined, promise, reason, handled ? vm.true : vm.false).dispose();
      },
      moduleLoader: {
        normalize: (base, specifier) => (library.resolve ? text(library.resolve, base, specifier) : specifier),
        load: (name) => (library.source ? text(library.source, name) : ''),
      },
      wasi: (memory) => ({
        clock_time_get(_clock: number, _precision: bigint, result: number) {
          const nanoseconds = begun ? BigInt(Math.round(options.clock() * 1e3)) * 1000n : BigInt(options.seed);
          new DataView(memory.buffer).setBigUint64(result, nanoseconds, true);
          return 0;
        },
        random_get(at: number, length: number) {
          new Uint8Array(memory.buffer, at, length).fill(7);
          return 0;
        },
      }),
    });
    const host = vm.newObject();
    for (const [name, work] of Object.entries(options.calls)) {
      const fn = vm.newFunction(name, (...args) => vm.hostToHandle(work(...args.map(fromHandle))));
      host.setProp(name, fn);
      fn.dispose();
    }
    for (const [name, work] of Object.entries(evaluators(vm))) {
      const fn = vm.newFunction(name, (code, file) => work(code!.toString(), file!.toString()));
      host.setProp(name, fn);
      fn.dispose();
    }
    const promise = vm.newFunction('promise', (value) => {
      const pair = vm.newArray();
      pair.setProp('0', vm.newNumber(value!.promiseState));
      if (value!.promiseState !== 0)
        pair.setProp('1', new JSValueHandle(vm, vm._getExports().qjs_promise_result(value!.ptr)));
      return pair;
    });
    host.setProp('promise', promise);
    vm.global.setProp('__host', host);
    for (const [name, code] of options.library) vm.evalCode(code, name).dispose();
    const node = vm.global.getProp('__node');
    library.resolve = node.getProp('resolveModule');
    library.source = node.getProp('moduleSource');
    library.rejection = node.getProp('rejection');
    const settle = node.getProp('settle');
    const ticks = node.getProp('ticks');
    vm.evalCode('delete globalThis.__host; delete globalThis.__node').dispose();
    begun = true;

    const attempt = (work: () => void): void => {
      try {
        work();
      } catch (error) {
        if (stopped) return;
        const message = error instanceof Error ? error.message : String(error);
        if (!/out of memory/.test(message)) throw error;
        full = true;
      }
    };
    return {
      call(name, ...args): NodeOutcome {
        attempt(() => {
          const fn = node.getProp(name);
          const handles = args.map((arg) => vm.hostToHandle(arg));
          vm.callFunction(fn, vm.undefined, ...handles).dispose();
          for (const handle of [fn, ...handles]) handle.dispose();
        });
        // nextTick's queue and the promises' take turns until both are empty.
        for (let more = true; more && !stopped && !full;) {
          attempt(() => {
            vm.callFunction(ticks, vm.undefined).dispose();
            vm.executePendingJobs();
            more = vm.callFunction(settle, vm.undefined).consume((h) => h.toBoolean());
          });
        }
        return stopped ? 'stopped' : full ? 'memory' : 'done';
      },
      get memory() {
        return vm._getMemory().buffer.byteLength;
      },
      dispose: () => vm.dispose(),
    };
  };
}
