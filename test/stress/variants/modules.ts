/** The URL of a module beside this file, with what it shall export. */
export function moduleUrl(file: string, query: Readonly<Record<string, string>>): string {
  const url = new URL(file, import.meta.url);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}
