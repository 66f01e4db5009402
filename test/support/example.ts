import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import type { Resource } from '../../src/resources/resource.ts'
import type { Facts } from '../../src/steps/facts.ts'
import { describeStack } from '../../src/steps/index.ts'
import { facts } from './facts.ts'
import { memoryFiles } from './memory-files.ts'

/** What an example consists of, as the steps say it. */
export interface Example {
  readonly stack: readonly Resource[]
  at(address: string): Resource
  ofType(type: string): Resource[]
}

export async function exampleOf(
  name: string,
  {
    environment,
    images = {},
    secrets = {},
  }: { readonly environment?: string } & Partial<Pick<Facts, 'images' | 'secrets'>> = {},
): Promise<Example> {
  const source = readFileSync(new URL(`../../examples/${name}/provision.yaml`, import.meta.url), 'utf8')
  const files = memoryFiles({ '/work/provision.yaml': source })
  const { config } = await loadConfig({ files, cwd: '/work', environment })
  const stack = describeStack(config, facts({ images, secrets }))
  return {
    stack,
    at: address => {
      const found = stack.find(resource => resource.address === address)
      expect(found, address).toBeDefined()
      return found!
    },
    ofType: type => stack.filter(resource => resource.type === type),
  }
}

/** A reference, as props hold it. */
export const ref = (reference: string, attribute: string, holds = true) => ({ reference, attribute, holds })
