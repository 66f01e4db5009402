/** The CPU architecture of an EC2 instance type: Graviton families carry a `g` after their generation. */
export function architectureOf(instanceType: string): 'arm64' | 'x86_64' {
  return /^([a-z]+\d+g[a-z]*|a1)(-|\.)/.test(instanceType) ? 'arm64' : 'x86_64'
}
