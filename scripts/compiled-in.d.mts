export const COMPILED_IN: Readonly<Record<string, { readonly into: string; readonly texts: readonly string[] }>>;
