/** True when a certificate for these names is good for the host: a wildcard stands for one label. */
export function covers(names: readonly string[], host: string): boolean {
  return names.some(name => name === host || name === host.replace(/^[^.]+/, '*'))
}
