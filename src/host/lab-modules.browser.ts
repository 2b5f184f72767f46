type Exports = Readonly<Record<string, unknown>>;

const modules = new Map<string, Exports>();

/** Lets a page know a module of the lab that a scenario names by its URL. */
export function registerModule(url: string, module: Exports): void {
  modules.set(url, module);
}

/** The module of a URL; undefined if the page does not have it. */
export function variantIn(url: string): Exports | undefined {
  return modules.get(url);
}
