interface Environment {
  readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> };
  readonly Deno?: {
    readonly permissions: { querySync(of: { name: 'env'; variable: string }): { readonly state: string } };
  };
}

/** A variable that is set and not empty. Deno would ask people for a right that it was not given. */
export function environment(name: string): string | undefined {
  const { process, Deno } = globalThis as Environment;
  if (Deno && Deno.permissions.querySync({ name: 'env', variable: name }).state !== 'granted')
    return undefined;
  return process?.env?.[name] || undefined;
}
