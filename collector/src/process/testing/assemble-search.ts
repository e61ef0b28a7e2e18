import openAssembler from "wabt";

/** @returns the module that the text describes, not validated. @throws what is wrong with the text, and where */
export async function assembleSearch(text: string): Promise<Uint8Array> {
  const assembler = await openAssembler();
  const module = assembler.parseWat("secret-search.wat", text, { simd: true, relaxed_simd: true });
  return module.toBinary({}).buffer;
}
