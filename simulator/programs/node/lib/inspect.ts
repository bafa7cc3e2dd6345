/** Part of Node's library, run inside the engine: util.inspect, util.format and the console. No backquotes in here. */
export const INSPECT = String.raw`
(function () {
  'use strict';
  const N = globalThis.__node;
  const custom = Symbol.for('nodejs.util.inspect.custom');
  const STYLES = {
    special: [36, 39], number: [33, 39], bigint: [33, 39], boolean: [33, 39], undefined: [90, 39], null: [1, 22],
    string: [32, 39], symbol: [32, 39], date: [35, 39], regexp: [31, 39], module: [4, 24],
  };
  const plain = (text) => text;
  const coloured = (text, style) => {
    const s = STYLES[style];
    return s ? '\u001b[' + s[0] + 'm' + text + '\u001b[' + s[1] + 'm' : text;
  };
  const bare = (text) => text.replace(/\u001b\[\d+m/g, '');
  const quote = (text) => {
    let q = "'";
    if (text.includes("'")) {
      if (!text.includes('"')) q = '"';
      else if (!text.includes('\x60') && !text.includes('$' + '{')) q = '\x60';
    }
    const body = text.replace(/[\\\x00-\x1f\x7f-\x9f]/g, (c) => {
      const named = { '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r', '\v': '\\v', '\\': '\\\\' }[c];
      return named || '\\x' + c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
    }).split(q).join('\\' + q);
    return q + body + q;
  };
  const isIdentifier = (key) => /^[a-zA-Z_][a-zA-Z_0-9]*$/.test(key);
  const number = (ctx, value) => ctx.style(Object.is(value, -0) ? '-0' : String(value), 'number');
  const tagOf = (value) => Object.prototype.toString.call(value).slice(8, -1);
  const is = (value, Type, probe) => {
    try { probe.call(value); return true; } catch { return false; }
  };
  const mapSize = Object.getOwnPropertyDescriptor(Map.prototype, 'size').get;
  const setSize = Object.getOwnPropertyDescriptor(Set.prototype, 'size').get;
  const isMap = (v) => is(v, Map, mapSize);
  const isSet = (v) => is(v, Set, setSize);
  const isDate = (v) => is(v, Date, Date.prototype.getTime);
  const isRegExp = (v) => v instanceof RegExp;

  const constructorName = (value) => {
    for (let at = value; at !== null; at = Object.getPrototypeOf(at)) {
      const own = Object.getOwnPropertyDescriptor(at, 'constructor');
      if (own && typeof own.value === 'function' && own.value.name !== '') {
        return own.value.name;
      }
    }
    return null;
  };
  const prefix = (name, tag, fallback, size) => {
    const sized = size === undefined ? '' : '(' + size + ')';
    if (name === null) return '[' + fallback + sized + ': null prototype] ';
    return name + sized + (tag && tag !== name ? ' [' + tag + ']' : '') + ' ';
  };
  const primitive = (ctx, value) => {
    if (typeof value === 'string') {
      let text = value;
      let more = '';
      if (text.length > ctx.maxStringLength) {
        more = '... ' + (text.length - ctx.maxStringLength) + ' more character' + (text.length - ctx.maxStringLength > 1 ? 's' : '');
        text = text.slice(0, ctx.maxStringLength);
      }
      if (ctx.compact !== true && text.length > 16 && text.length > ctx.breakLength - ctx.indentation - 4)
        return text.split(/(?<=\n)/).map((line) => ctx.style(quote(line), 'string')).join(' +\n' + ' '.repeat(ctx.indentation + 2)) + more;
      return ctx.style(quote(text), 'string') + more;
    }
    if (typeof value === 'number') return number(ctx, value);
    if (typeof value === 'bigint') return ctx.style(value + 'n', 'bigint');
    if (typeof value === 'boolean') return ctx.style(String(value), 'boolean');
    if (value === undefined) return ctx.style('undefined', 'undefined');
    if (value === null) return ctx.style('null', 'null');
    return ctx.style(value.toString(), 'symbol');
  };

  const group = (ctx, output, extra, value) => {
    let total = 0;
    let longest = 0;
    let i = 0;
    const length = extra ? output.length - 1 : output.length;
    const separator = 2;
    const lengths = [];
    for (; i < length; i++) {
      const size = bare(output[i]).length;
      lengths.push(size);
      total += size + separator;
      if (longest < size) longest = size;
    }
    const widest = longest + separator;
    if (widest * 3 + ctx.indentation >= ctx.breakLength || !(total / widest > 5 || longest <= 6)) return output;
    const bias = Math.sqrt(widest - total / output.length);
    const biased = Math.max(widest - 3 - bias, 1);
    const columns = Math.min(
      Math.round(Math.sqrt(2.5 * biased * length) / biased),
      Math.floor((ctx.breakLength - ctx.indentation) / widest),
      ctx.compact * 4,
      15,
    );
    if (columns <= 1) return output;
    const rows = [];
    const widths = [];
    for (let c = 0; c < columns; c++) {
      let width = 0;
      for (let j = c; j < lengths.length; j += columns) if (lengths[j] > width) width = lengths[j];
      widths.push(width + separator);
    }
    const start = value !== undefined && value.every((v) => typeof v === 'number' || typeof v === 'bigint');
    for (let r = 0; r < length; r += columns) {
      const last = Math.min(r + columns, length);
      let text = '';
      let c = r;
      for (; c < last - 1; c++) {
        const cell = output[c] + ', ';
        const pad = ' '.repeat(widths[c - r] - bare(cell).length);
        text += start ? pad + cell : cell + pad;
      }
      if (start) text += ' '.repeat(widths[c - r] - separator - lengths[c]) + output[c];
      else text += output[c];
      rows.push(text);
    }
    if (extra) rows.push(output[length]);
    return rows;
  };

  const join = (ctx, output, base, braces, isArray, depth, value, extra) => {
    let entries = output.length;
    if (isArray && entries > 6) output = group(ctx, output, extra, value);
    if (ctx.current - depth < ctx.compact && entries === output.length) {
      const start = output.length + ctx.indentation + braces[0].length + base.length + 10;
      let total = output.length + start;
      for (const text of output) total += bare(text).length;
      if (total <= ctx.breakLength && !output.some((t) => t.includes('\n')) && !base.includes('\n'))
        return (base ? base + ' ' : '') + braces[0] + ' ' + output.join(', ') + ' ' + braces[1];
    }
    const indent = '\n' + ' '.repeat(ctx.indentation);
    return (base ? base + ' ' : '') + braces[0] + indent + '  ' + output.join(',' + indent + '  ') + indent + braces[1];
  };

  const errorText = (ctx, error, keys) => {
    let stack = typeof error.stack === 'string' && error.stack ? error.stack : '[' + Error.prototype.toString.call(error) + ']';
    const name = (error.name !== undefined && error.name !== null && String(error.name)) || 'Error';
    const type = constructorName(error) || name;
    const head = /^([A-Z][a-zA-Z_ \[\]0-9()-]+)(?::|\n\s+at|$)/.exec(stack);
    if (head && !head[1].includes(name.length > type.length ? name : type)) {
      const shown = type !== 'Error' && name === 'Error' ? type : name !== type && type !== 'Error' && !name.includes(type) ? type + ' [' + name + ']' : name;
      stack = shown + stack.slice(head[1].replace(/\s*\[.*$/, '').length);
    }
    if ('cause' in error && Object.prototype.hasOwnProperty.call(error, 'cause') && !keys.includes('cause')) keys.push('cause');
    for (const key of ['name', 'message', 'stack']) {
      const at = keys.indexOf(key);
      if (at >= 0 && stack.includes(String(error[key]))) keys.splice(at, 1);
    }
    if (Array.isArray(error.errors) && !keys.includes('errors')) keys.push('errors');
    const at = stack.indexOf('\n    at');
    if (at < 0 && !stack.startsWith('[')) stack = '[' + stack + ']';
    if (ctx.indentation) stack = stack.split('\n').join('\n' + ' '.repeat(ctx.indentation));
    if (ctx.style === coloured) stack = stack.split('\n').map((line) => (/^\s+at .*(node:|\bnode_modules\b)/.test(line) ? '\u001b[90m' + line + '\u001b[39m' : line)).join('\n');
    return stack;
  };

  const property = (ctx, value, key, depth, kind) => {
    const found = Object.getOwnPropertyDescriptor(value, key) || { value: value[key], enumerable: true };
    let text;
    let space = ' ';
    if ('value' in found) {
      const diff = ctx.compact === true && kind !== 'object' ? 3 : 2;
      ctx.indentation += diff;
      text = format(ctx, found.value, depth);
      if (diff === 3 && ctx.breakLength < bare(text).length) space = '\n' + ' '.repeat(ctx.indentation);
      ctx.indentation -= diff;
    } else if (found.get !== undefined) text = ctx.style(found.set !== undefined ? '[Getter/Setter]' : '[Getter]', 'special');
    else text = found.set !== undefined ? ctx.style('[Setter]', 'special') : ctx.style('undefined', 'undefined');
    if (kind === 'index') return text;
    let name;
    if (typeof key === 'symbol') name = '[' + ctx.style(key.toString(), 'symbol') + ']';
    else if (key === '__proto__') name = "['__proto__']";
    else if (found.enumerable === false) name = '[' + key + ']';
    else name = isIdentifier(key) ? key : ctx.style(quote(key), 'string');
    return name + ':' + space + text;
  };

  const raw = (ctx, value, depth) => {
    const name = constructorName(value);
    let tag = value[Symbol.toStringTag];
    if (typeof tag !== 'string' || tag === '' || tag === name) tag = '';
    let keys = Object.keys(value);
    const symbols = Object.getOwnPropertySymbols(value).filter((s) => Object.prototype.propertyIsEnumerable.call(value, s));
    keys = keys.concat(symbols);
    if (ctx.showHidden) keys = Object.getOwnPropertyNames(value).concat(Object.getOwnPropertySymbols(value));
    let base = '';
    let braces = ['{', '}'];
    let isArray = false;
    let extra = false;
    let entries = () => [];
    const more = (n) => '... ' + n + ' more item' + (n > 1 ? 's' : '');
    if (Array.isArray(value)) {
      isArray = true;
      const lead = name !== 'Array' || tag ? prefix(name, tag, 'Array', value.length) : '';
      braces = [lead + '[', ']'];
      keys = keys.filter((k) => typeof k === 'symbol' || !/^(0|[1-9]\d*)$/.test(k)).filter((k) => k !== 'length' || ctx.showHidden);
      if (value.length === 0 && keys.length === 0) return braces[0] + ']';
      entries = () => {
        const out = [];
        const shown = Math.min(Math.max(0, ctx.maxArrayLength), value.length);
        let i = 0;
        for (; i < value.length && out.length < shown; ) {
          if (!Object.prototype.hasOwnProperty.call(value, i)) {
            let n = 0;
            while (i < value.length && !Object.prototype.hasOwnProperty.call(value, i)) { n++; i++; }
            out.push(ctx.style('<' + n + ' empty item' + (n > 1 ? 's' : '') + '>', 'undefined'));
          } else out.push(property(ctx, value, i++, depth, 'index'));
        }
        if (i < value.length) { out.push(more(value.length - i)); extra = true; }
        return out;
      };
    } else if (isSet(value)) {
      braces[0] = prefix(name, tag, 'Set', value.size) + '{';
      entries = () => {
        ctx.indentation += 2;
        const out = [];
        for (const v of Set.prototype.values.call(value)) out.push(format(ctx, v, depth));
        ctx.indentation -= 2;
        return out;
      };
      if (value.size === 0 && keys.length === 0) return braces[0] + '}';
    } else if (isMap(value)) {
      braces[0] = prefix(name, tag, 'Map', value.size) + '{';
      entries = () => {
        ctx.indentation += 2;
        const out = [];
        for (const [k, v] of Map.prototype.entries.call(value)) out.push(format(ctx, k, depth) + ' => ' + format(ctx, v, depth));
        ctx.indentation -= 2;
        return out;
      };
      if (value.size === 0 && keys.length === 0) return braces[0] + '}';
    } else if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
      isArray = true;
      braces = [prefix(name, '', 'TypedArray', value.length) + '[', ']'];
      keys = keys.filter((k) => typeof k === 'symbol' || !/^(0|[1-9]\d*)$/.test(k));
      if (value.length === 0 && keys.length === 0) return braces[0] + ']';
      entries = () => {
        const shown = Math.min(ctx.maxArrayLength, value.length);
        const out = [];
        for (let i = 0; i < shown; i++) out.push(typeof value[i] === 'bigint' ? ctx.style(value[i] + 'n', 'bigint') : number(ctx, value[i]));
        if (shown < value.length) { out.push(more(value.length - shown)); extra = true; }
        return out;
      };
    } else if (value instanceof ArrayBuffer) {
      braces[0] = 'ArrayBuffer {';
      entries = () => {
        const bytes = new Uint8Array(value);
        const hex = [...bytes.slice(0, 50)].map((b) => b.toString(16).padStart(2, '0')).join(' ');
        return ['[Uint8Contents]: <' + hex + (bytes.length > 50 ? ' ... ' + (bytes.length - 50) + ' more bytes' : '') + '>', 'byteLength: ' + number(ctx, bytes.length)];
      };
    } else if (typeof value === 'function') {
      const source = Function.prototype.toString.call(value);
      const isClass = source.startsWith('class');
      let type = /^async\s*(function)?\s*\*/.test(source) ? 'AsyncGeneratorFunction' : source.startsWith('async') ? 'AsyncFunction' : /^function\s*\*/.test(source) ? 'GeneratorFunction' : 'Function';
      if (isClass) {
        base = '[class ' + (value.name || '(anonymous)');
        const parent = Object.getPrototypeOf(value);
        if (parent && parent.name) base += ' extends ' + parent.name;
        base += ']';
      } else base = '[' + type + (value.name ? ': ' + value.name : ' (anonymous)') + ']';
      if (keys.length === 0) return ctx.style(base, 'special');
    } else if (isRegExp(value)) {
      base = RegExp.prototype.toString.call(value);
      if (keys.length === 0) return ctx.style(base, 'regexp');
    } else if (isDate(value)) {
      base = Number.isNaN(value.getTime()) ? 'Invalid Date' : Date.prototype.toISOString.call(value);
      if (keys.length === 0) return ctx.style(base, 'date');
    } else if (value instanceof Error) {
      base = errorText(ctx, value, keys);
      if (keys.length === 0) return base;
    } else if (tagOf(value) === 'Arguments') {
      isArray = true;
      braces = ['[Arguments] [', ']'];
      const list = [...value];
      keys = keys.filter((k) => typeof k === 'symbol' || !/^\d+$/.test(k));
      if (list.length === 0) return braces[0] + ']';
      entries = () => list.map((v) => format(ctx, v, depth));
    } else if (value instanceof Promise) {
      braces[0] = prefix(name, tag === 'Promise' ? '' : tag, 'Promise') + '{';
      entries = () => {
        const state = N.promiseState(value);
        if (state[0] === 0) return [ctx.style('<pending>', 'special')];
        ctx.indentation += 2;
        const text = format(ctx, state[1], depth);
        ctx.indentation -= 2;
        return [state[0] === 2 ? ctx.style('<rejected>', 'special') + ' ' + text : text];
      };
    } else if (value instanceof WeakMap || value instanceof WeakSet) {
      braces[0] = name + ' {';
      entries = () => [ctx.style('<items unknown>', 'special')];
    } else if (value instanceof Number || value instanceof String || value instanceof Boolean) {
      base = '[' + name + ': ' + primitive({ ...ctx, style: plain }, value.valueOf()) + ']';
      if (value instanceof String) keys = keys.filter((k) => typeof k === 'symbol' || !/^\d+$/.test(k));
      if (keys.length === 0) return ctx.style(base, typeof value.valueOf());
    } else if (N.namespaces && N.namespaces.has(value) || tagOf(value) === 'Module') {
      braces[0] = '[' + (name === null ? 'Module: null prototype' : 'Module') + '] {';
    } else {
      if (name !== 'Object' || tag) braces[0] = prefix(name, tag, 'Object') + '{';
      if (keys.length === 0) return braces[0] + '}';
    }
    if (depth > ctx.depth && ctx.depth !== null) {
      const shown = name === null ? '[' + (isArray ? 'Array' : 'Object') + ': null prototype]' : '[' + (isArray ? 'Array' : name + (tag ? ' [' + tag + ']' : '')) + ']';
      return ctx.style(shown, 'special');
    }
    ctx.seen.push(value);
    ctx.current = depth;
    let output = entries();
    for (const key of keys) output.push(property(ctx, value, key, depth, isArray ? 'array' : 'object'));
    ctx.seen.pop();
    if (ctx.sorted) output = isArray ? output : output.sort();
    if (ctx.circular.has(value)) {
      const mark = ctx.style('<ref *' + ctx.circular.get(value) + '>', 'special');
      if (ctx.compact !== true) base = base === '' ? mark : mark + ' ' + base;
    }
    return join(ctx, output, base, braces, isArray, depth, isArray && Array.isArray(value) ? value : ArrayBuffer.isView(value) ? [...value] : undefined, extra);
  };

  function format(ctx, value, depth, typed) {
    if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return primitive(ctx, value);
    const own = value[custom];
    if (typeof own === 'function' && own !== inspect && !(value.constructor && value.constructor.prototype === value)) {
      const left = ctx.depth === null ? null : ctx.depth - depth;
      const result = own.call(value, left, { ...ctx.options, depth: left, stylize: ctx.style }, inspect);
      if (result !== value) return typeof result === 'object' && result !== null ? format(ctx, result, depth) : String(result).split('\n').join('\n' + ' '.repeat(ctx.indentation));
    }
    if (ctx.seen.includes(value)) {
      let index = ctx.circular.get(value);
      if (index === undefined) {
        index = ctx.circular.size + 1;
        ctx.circular.set(value, index);
      }
      return ctx.style('[Circular *' + index + ']', 'special');
    }
    return raw(ctx, value, typed === undefined ? depth + 1 : depth);
  }

  function inspect(value, options, depth, colors) {
    const given = typeof options === 'object' && options !== null ? options : {};
    if (typeof options === 'boolean') given.showHidden = options;
    if (depth !== undefined && typeof options !== 'object') given.depth = depth;
    if (colors !== undefined && typeof options !== 'object') given.colors = colors;
    const ctx = {
      options: given,
      depth: given.depth === undefined ? 2 : given.depth === Infinity ? null : given.depth,
      style: given.colors ? coloured : plain,
      compact: given.compact === undefined ? 3 : given.compact === false ? 0 : given.compact,
      breakLength: given.breakLength === undefined ? 80 : given.breakLength,
      maxArrayLength: given.maxArrayLength === undefined ? 100 : given.maxArrayLength === null ? Infinity : given.maxArrayLength,
      maxStringLength: given.maxStringLength === undefined ? 10000 : given.maxStringLength === null ? Infinity : given.maxStringLength,
      showHidden: !!given.showHidden,
      sorted: !!given.sorted,
      indentation: 0,
      current: 0,
      seen: [],
      circular: new Map(),
    };
    return format(ctx, value, -1);
  }
  inspect.custom = custom;
  inspect.defaultOptions = { depth: 2, colors: false };
  N.inspect = inspect;

  const formatWith = (options, args) => {
    let text = '';
    let i = 0;
    if (typeof args[0] === 'string') {
      if (args.length === 1) return args[0];
      i = 1;
      text = args[0].replace(/%[sdifjoOc%]/g, (mark) => {
        if (mark === '%%') return '%';
        if (i >= args.length) return mark;
        const value = args[i];
        switch (mark) {
          case '%s':
            i++;
            if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
            if (typeof value === 'bigint') return value + 'n';
            if (typeof value !== 'object' || value === null) return String(value);
            if (typeof value.toString === 'function' && value.toString !== Object.prototype.toString && value.toString !== Array.prototype.toString && value.toString !== Error.prototype.toString) return String(value);
            return inspect(value, { ...options, depth: 0, colors: false, compact: 3 });
          case '%d': i++; return typeof value === 'bigint' ? value + 'n' : typeof value === 'symbol' ? 'NaN' : inspect(Number(value), options);
          case '%i': i++; return typeof value === 'bigint' ? value + 'n' : typeof value === 'symbol' ? 'NaN' : inspect(parseInt(value), options);
          case '%f': i++; return typeof value === 'symbol' ? 'NaN' : inspect(parseFloat(value), options);
          case '%j': i++; try { return JSON.stringify(value); } catch (error) { if (/circular/.test(error.message)) return '[Circular]'; throw error; }
          case '%o': i++; return inspect(value, { ...options, showHidden: true, depth: 4 });
          case '%O': i++; return inspect(value, options);
          default: i++; return '';
        }
      });
    }
    for (; i < args.length; i++) {
      const value = args[i];
      text += (i ? ' ' : '') + (typeof value === 'string' ? value : inspect(value, options));
    }
    return text;
  };
  N.format = (...args) => formatWith({}, args);
  N.formatWith = formatWith;

  const counts = new Map();
  const timers = new Map();
  let indent = '';
  const colour = (fd) => {
    const env = N.process.env;
    if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0') return true;
    return N.isatty(fd) && env.NO_COLOR === undefined && env.TERM !== 'dumb';
  };
  const write = (fd, args) => {
    let text = formatWith({ colors: colour(fd) }, args);
    if (indent) text = indent + text.split('\n').join('\n' + indent);
    N.writeOut(fd, text + '\n');
  };
  const elapsed = (label) => {
    const ms = N.now() - timers.get(label);
    if (ms >= 1000) return (ms / 1000).toFixed(3) + 's';
    return Number(ms.toFixed(3)) + 'ms';
  };
  const table = (rows, columns) => {
    if (rows === null || typeof rows !== 'object') return write(1, [rows]);
    const show = (v) => inspect(v, { depth: v !== null && typeof v === 'object' && !Array.isArray(v) && Object.keys(v).length > 2 ? -1 : 0, maxArrayLength: 3, breakLength: Infinity });
    const names = [];
    let values = false;
    const list = Object.entries(rows).map(([key, row]) => {
      if (row === null || typeof row !== 'object') { values = true; return [key, {}, row]; }
      for (const name of columns || Object.keys(row)) if (!names.includes(name)) names.push(name);
      return [key, row];
    });
    const head = ['(index)', ...names, ...(values ? ['Values'] : [])];
    const body = list.map(([key, row, value], i) => [key, ...names.map((n) => (Object.prototype.hasOwnProperty.call(row, n) ? show(row[n]) : '')), ...(values ? [list[i].length > 2 ? show(value) : ''] : [])]);
    const widths = head.map((h, c) => Math.max(h.length, ...body.map((r) => r[c].length)) + 2);
    const line = (a, b, c) => a + widths.map((w) => '─'.repeat(w)).join(b) + c;
    const row = (cells) => '│' + cells.map((cell, c) => ' ' + cell + ' '.repeat(widths[c] - cell.length - 1)).join('│') + '│';
    write(1, [[line('┌', '┬', '┐'), row(head), line('├', '┼', '┤'), ...body.map(row), line('└', '┴', '┘')].join('\n')]);
  };
  const log = (...args) => write(1, args);
  const error = (...args) => write(2, args);
  globalThis.console = {
    log, error, warn: error, table, info: log, debug: log,
    dir: (value, options) => write(1, [inspect(value, { colors: colour(1), ...options })]),
    dirxml: log,
    assert: (ok, ...args) => {
      if (ok) return;
      if (typeof args[0] === 'string') error('Assertion failed: ' + args[0], ...args.slice(1));
      else error('Assertion failed', ...args);
    },
    count: (label = 'default') => { counts.set(label, (counts.get(label) || 0) + 1); log(label + ': ' + counts.get(label)); },
    countReset: (label = 'default') => counts.delete(label),
    group: (...args) => { if (args.length) log(...args); indent += '  '; },
    groupEnd: () => { indent = indent.slice(2); },
    time: (label = 'default') => { timers.set(label, N.now()); },
    timeEnd: (label = 'default') => { if (timers.has(label)) { log('%s: %s', label, elapsed(label)); timers.delete(label); } },
    timeLog: (label = 'default', ...args) => { if (timers.has(label)) log('%s: %s', label, elapsed(label), ...args); },
    trace: (...args) => {
      const made = new Error(formatWith({}, args));
      error(made.stack.replace(/^Error/, 'Trace'));
    },
  };
  console.groupCollapsed = console.group;
  N.define('console', (module) => { module.exports = console; });
})();
`;
