declare module '@micropython/micropython-webassembly-pyscript/micropython.mjs';
declare module '*.wasm?url' {
  const url: string;
  export default url;
}
