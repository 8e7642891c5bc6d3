/** Origin and base path of a server's address. */
export function partsOf(server: string): { readonly origin: string; readonly base: string } {
  const { origin, pathname } = new URL(server);
  return { origin, base: pathname.replace(/\/+$/, '') };
}
