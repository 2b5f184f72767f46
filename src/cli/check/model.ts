import { TYPE } from '../../checker/wasm/binary/accesses.ts';
import { decodeModule, type FunctionType } from '../../checker/wasm/binary/module.ts';
import { exportedType } from '../../checker/wasm/instance.ts';
import type { CheckWasm, WasmCall } from '../../checker/wasm/types.ts';
import { UsageError } from '../../errors.ts';
import { importOwn, urlOf } from '../../host/own-module.ts';
import { closest } from '../../suggest.ts';
import {
  NAMED_MODELS,
  type NamedModel,
  type ModelOperation,
  type ModelSettings,
  type ModelValue,
} from './named-models.ts';

type Model = NonNullable<CheckWasm['model']>;

/** What a module is checked with, as far as a named model has to know it. */
interface Checked {
  readonly bytes: Uint8Array;
  /** What the threads call. */
  readonly calls: readonly WasmCall[];
  readonly setup: readonly WasmCall[];
}

/**
 * The sequential model that was asked for: a named one, `queue take=get empty=-1`, or a module of the user's own.
 *
 * @throws UsageError if there is none, or a named one does not know what the threads call
 */
export async function readModel(text: string, checked: Checked): Promise<Model> {
  const [name, ...settings] = text.trim().split(/\s+/);
  if (Object.hasOwn(NAMED_MODELS, name)) return new Judged(name, settings, checked).model();
  if (/^\w*$/.test(name))
    throw new UsageError(
      `There is no model "${name}"${closest(name, Object.keys(NAMED_MODELS))}: give ${Object.keys(NAMED_MODELS).join(', ')}, or the path of a module that exports initial and apply.`,
    );
  return fromModule(text);
}

async function fromModule(path: string): Promise<Model> {
  const exported = await importOwn(urlOf(path), 'model');
  const { default: whole = exported } = exported as { default?: object };
  const { initial, apply } = whole as Partial<Model>;
  if (typeof apply !== 'function' || !('initial' in whole))
    throw new UsageError(
      `The model ${path} exports no ${typeof apply === 'function' ? 'initial' : 'function apply'}: let it export initial, the state at first, and apply(state, name, argument), which returns [next state, answer].`,
    );
  return { initial, apply };
}

/** A named model of the functions of a module. */
class Judged {
  readonly #name: string;
  readonly #of: NamedModel;
  readonly #checked: Checked;
  readonly #module: ReturnType<typeof decodeModule>;
  readonly #given: ReadonlyMap<string, string>;

  constructor(name: string, settings: readonly string[], checked: Checked) {
    this.#name = name;
    this.#of = NAMED_MODELS[name];
    this.#checked = checked;
    this.#module = decodeModule(checked.bytes);
    const known = [...Object.keys(this.#of.operations), 'empty', 'initial'];
    this.#given = new Map(settings.map((each) => this.#setting(each, known)));
  }

  #setting(text: string, known: readonly string[]): [string, string] {
    const [, key, value] = /^(\w+)=(.+)$/.exec(text) ?? [];
    if (key === undefined || !known.includes(key))
      throw new UsageError(
        `--model ${this.#name} has no setting "${text}"${closest(key ?? text, known)}: it has ${known.map((each) => `${each}=…`).join(', ')}.`,
      );
    return [key, value];
  }

  model(): Model {
    const settings: ModelSettings = { empty: this.#numbers('empty')?.[0] ?? 0n };
    const operations = new Map<string, { readonly does: ModelOperation; readonly type: FunctionType }>();
    for (const [name] of this.#checked.calls) operations.set(name, this.#operationOf(name));
    const apply = (
      inside: readonly ModelValue[],
      name: string,
      argument: unknown,
    ): [readonly ModelValue[], unknown] => {
      const { does, type } = operations.get(name) as { does: ModelOperation; type: FunctionType };
      const [next, answer] = does.apply(inside, given(argument, type), settings);
      return [next, type.results.length === 0 ? undefined : asType(answer, type.results[0])];
    };
    return { initial: this.#initial(settings), apply } as unknown as Model;
  }

  /** What an exported function does. */
  #operationOf(name: string): { readonly does: ModelOperation; readonly type: FunctionType } {
    const type = exportedType(this.#module, name);
    const does = this.#roleOf(name);
    const all = Object.entries(this.#of.operations);
    if (does === undefined)
      throw new UsageError(
        `--model ${this.#name} does not know what ${name} does: say it by ${all.map(([role]) => `${role}=${name}`).join(' or ')} behind ${this.#name}, or give the path of a module that exports initial and apply.`,
      );
    if (does.takes && type.parameters.length === 0)
      throw new UsageError(
        `${name} takes no argument, and by --model ${this.#name} its last one is a value.`,
      );
    if (!does.takes && type.results.length === 0)
      throw new UsageError(`${name} answers nothing, and by --model ${this.#name} it answers a value.`);
    return { does, type };
  }

  #roleOf(name: string): ModelOperation | undefined {
    const all = Object.entries(this.#of.operations);
    const said = all.find(([role]) => this.#given.get(role)?.split(',').includes(name) === true);
    return (said ?? all.find(([, { names }]) => names.includes(name)))?.[1];
  }

  /** What is inside at first: what was said, or what the set-up has put in. */
  #initial(settings: ModelSettings): readonly ModelValue[] {
    const said = this.#numbers('initial');
    if (said !== null) return said;
    let inside = this.#of.initial;
    for (const call of this.#checked.setup) {
      const does = this.#roleOf(call[0]);
      if (does === undefined) continue;
      const [name, ...values] = call;
      const last = values.at(-1) ?? 0;
      if (typeof last === 'string')
        throw new UsageError(
          `What ${name} of the set-up does with ${last} is not known to --model ${this.#name}: say what is inside then, as in initial=1024,1032.`,
        );
      [inside] = does.apply(inside, given(last, exportedType(this.#module, name)), settings);
    }
    return inside;
  }

  #numbers(key: string): readonly ModelValue[] | null {
    const text = this.#given.get(key);
    if (text === undefined) return null;
    return text.split(',').map((each) => {
      if (/^[+-]?\d+$/.test(each)) return BigInt(each);
      throw new UsageError(`--model ${this.#name} ${key}=${text}: "${each}" is no whole number.`);
    });
  }
}

/** The value that a call is about: its last argument, by the type of that parameter. */
function given(argument: unknown, { parameters }: FunctionType): ModelValue {
  const last = parameters.at(-1);
  const value = ([argument].flat().at(-1) ?? 0) as ModelValue;
  if (last === TYPE.f32 || last === TYPE.f64) return Number(value);
  return BigInt.asIntN(last === TYPE.i64 ? 64 : 32, BigInt(value));
}

/** An answer as a function of that type gives it. */
function asType(value: ModelValue, type: number): ModelValue {
  if (type === TYPE.i64) return BigInt.asIntN(64, BigInt(value));
  return type === TYPE.i32 ? Number(BigInt.asIntN(32, BigInt(value))) : Number(value);
}
