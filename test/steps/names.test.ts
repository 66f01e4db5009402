import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fit } from '../../src/resources/generated-name.ts'
import { longest, namesFor } from '../../src/steps/names.ts'

const thing = fc.stringMatching(/^[a-z](-?[a-z0-9]){0,30}$/)

describe('names', () => {
  it('keep what fits', () => {
    const names = namesFor({ stack: 'shop', environment: 'production' })
    expect(String(names.of('alb', 'loadBalancer'))).toBe('production-shop-alb')
  })

  it('begin as the config says, save where the account knows but one of each', () => {
    const names = namesFor({ stack: 'shop', environment: 'production', prefix: 'live' })
    expect(String(names.of('alb', 'loadBalancer'))).toBe('live-alb')
    expect(String(names.ofStack('web-task', 'role'))).toBe('production-shop-web-task')
  })

  it('never exceed what AWS takes', () => {
    fc.assert(
      fc.property(thing, thing, thing, (stack, environment, name) => {
        const names = namesFor({ stack, environment })
        expect(names.of(name, 'loadBalancer').value.length).toBeLessThanOrEqual(longest.loadBalancer)
        expect(names.ofStack(name, 'cache').value.length).toBeLessThanOrEqual(longest.cache)
      }),
    )
  })

  it('differ when only what was cut off differs', () => {
    const long = 'a-very-long-environment-and-service-name'
    expect(fit(`${long}-one`, 32)).not.toBe(fit(`${long}-two`, 32))
  })

  it('hold no double or trailing hyphen where they were cut', () => {
    fc.assert(
      fc.property(thing, thing, (environment, name) => {
        expect(fit(`${environment}-${name}`, 32)).toMatch(/^[a-z](-?[a-z0-9])*$/)
      }),
    )
  })
})
