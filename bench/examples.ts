import type { Measure } from './measure.ts'
import type { Example } from './stack.ts'
import { examples, firstUpAndPlan, titleOf } from './stack.ts'

interface Row {
  readonly example: Example
  readonly resources: number
  readonly calls: number
  /** Of the embedded AWS's clock. */
  readonly minutes: number
}

/** A first `up` of each example, as somebody would type it. */
async function rows(): Promise<Row[]> {
  const all: Row[] = []
  for (const example of examples) {
    const { up } = await firstUpAndPlan(example)
    all.push({
      example,
      resources: up.desired.length,
      calls: up.calls.length,
      minutes: up.seconds / 60,
    })
  }
  return all
}

export async function exampleSizes(): Promise<Measure[]> {
  return (await rows()).flatMap(({ example, resources, calls, minutes }) => [
    { name: `${titleOf(example)}: resources`, value: resources, goal: undefined },
    { name: `${titleOf(example)}: calls of a first up`, value: calls, goal: undefined },
    {
      name: `${titleOf(example)}: time of a first up, simulated`,
      value: minutes,
      goal: undefined,
      unit: 'min',
    },
  ])
}

/** The table in the README. */
export async function examplesAsMarkdown(): Promise<string> {
  const head = ['example', 'what it is', 'resources', 'calls', 'time']
  const cells = (await rows()).map(({ example, resources, calls, minutes }) => {
    const { name, environment, what } = example
    const link = `[${name}](examples/${name}/provision.yaml)${environment ? `, ${environment}` : ''}`
    return [link, what, `${resources}`, `${calls}`, `${Math.round(minutes)} min`]
  })
  const lines = [head, ['---', '---', '---:', '---:', '---:'], ...cells]
  return lines.map(line => `| ${line.join(' | ')} |`).join('\n')
}
