import { signed, nameBytes, unsigned, Writer } from '../../../src/checker/wasm/binary/writer.ts';

export const i32 = 0x7f;
export const i64 = 0x7e;
export const f32 = 0x7d;
export const f64 = 0x7c;
export const v128 = 0x7b;

export interface Function {
  readonly name: string;
  readonly parameters: readonly number[];
  readonly results: readonly number[];
  readonly locals?: readonly number[];
  /** Without the last `end`. */
  readonly body: readonly number[];
}

export interface Parts {
  readonly functions: readonly Function[];
  /** Functions imported from `env`. */
  readonly imports?: readonly Pick<Function, 'name' | 'parameters' | 'results'>[];
  readonly pages?: number;
  readonly globals?: readonly (readonly number[])[];
  /** Functions that stand in table 0. */
  readonly table?: readonly number[];
  /** Bytes of active segments from address 0, and of passive ones. */
  readonly data?: readonly number[];
  readonly passive?: readonly (readonly number[])[];
  readonly start?: number;
  /** Whole sections, by id, that come as they are. */
  readonly sections?: Readonly<Record<number, readonly number[]>>;
}

const vector = (items: readonly (readonly number[])[]): number[] => [
  ...unsigned(items.length),
  ...items.flat(),
];

export const constant = (value: number): number[] => [0x41, ...signed(value)];

/** A module with one memory of its own, of which all functions are exported, and the memory. */
export function buildModule(parts: Parts): Uint8Array<ArrayBuffer> {
  const { functions, imports = [], pages = 1, globals = [], table, data = [], passive = [], start } = parts;
  const out = new Writer();
  out.put([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  const section = (id: number, content: readonly number[]): void => {
    out.section(id, parts.sections?.[id] ?? content);
  };
  const all = [...imports, ...functions];
  section(
    1,
    vector(
      all.map(({ parameters, results }) => [
        0x60,
        ...unsigned(parameters.length),
        ...parameters,
        ...unsigned(results.length),
        ...results,
      ]),
    ),
  );
  section(
    2,
    vector(imports.map(({ name }, i) => [...nameBytes('env'), ...nameBytes(name), 0, ...unsigned(i)])),
  );
  section(3, vector(functions.map((_, i) => unsigned(imports.length + i))));
  if (table !== undefined) section(4, [1, 0x70, 0, ...unsigned(table.length)]);
  section(5, [1, 0, ...unsigned(pages)]);
  if (parts.sections?.[13] !== undefined) section(13, []);
  section(6, vector(globals));
  section(
    7,
    vector([
      ...functions.map(({ name }, i) => [...nameBytes(name), 0, ...unsigned(imports.length + i)]),
      [...nameBytes('memory'), 2, 0],
    ]),
  );
  if (start !== undefined) section(8, unsigned(start));
  if (table !== undefined)
    section(9, [1, 0, ...constant(0), 0x0b, ...vector(table.map((each) => unsigned(each)))]);
  const segments = [
    ...(data.length > 0 ? [[0, ...constant(0), 0x0b, ...unsigned(data.length), ...data]] : []),
    ...passive.map((each) => [1, ...unsigned(each.length), ...each]),
  ];
  section(12, unsigned(segments.length));
  const code = vector(
    functions.map(({ locals = [], body }) => {
      const whole = [...vector(locals.map((type) => [1, type])), ...body, 0x0b];
      return [...unsigned(whole.length), ...whole];
    }),
  );
  section(10, code);
  section(11, vector(segments));
  return out.bytes.slice();
}
