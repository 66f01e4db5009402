import { it } from 'vitest'
import { buildWith, cleanLife, removeWith, rereadWith, singleFaults, singleReadFaults } from './sweep.ts'
it('sweeps', async () => {
  const clean = await cleanLife(process.env['EX'] ?? 'minimal')
  const stride = Number(process.env['STRIDE'] ?? 1)
  const only = process.env['ONLY']
  for (const [name, run, faults] of [['build', buildWith, singleFaults(clean.up)], ['remove', removeWith, singleFaults(clean.teardown)], ['reread', rereadWith, singleReadFaults(clean.repeated)]] as const) {
    if (only && !only.includes(name)) continue
    const seen = new Map<string, string[]>()
    const t = performance.now()
    let n = 0
    const kinds = new Map<string, number>()
    for (const [i, fault] of faults.entries()) {
      if (i % stride) continue
      n++
      let found: readonly string[]
      try { found = await run(clean, 7 + i, [fault]) } catch (e) { found = ['THREW ' + (e as Error).stack] }
      if (found.length) {
        for (const f of found) { const k = f.slice(0, 60); kinds.set(k, (kinds.get(k) ?? 0) + 1) }
        const key = fault.kind + ' :: ' + found.slice(0, 3).map(f => f.slice(0, Number(process.env['W'] ?? 200))).join('\n       ')
        seen.set(fault.kind, [...(seen.get(fault.kind) ?? []), fault.at + '  ' + key])
      }
    }
    console.log(name, n, 'of', faults.length, 'in', performance.now() - t)
    console.log([...kinds].map(([k, c]) => c + ' ' + k).join('\n'))
    for (const [kind, list] of seen) console.log(kind, list.length, '\n   ' + list.slice(0, Number(process.env['SHOW'] ?? 3)).join('\n   '))
  }
}, 1e9)
