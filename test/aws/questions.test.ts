import { describe, expect, it } from 'vitest'
import { questions } from '../../src/aws/questions.ts'

function asked() {
  const { join } = questions()
  const leave: (() => void)[] = []
  const answer: ((value: unknown) => void)[] = []
  const ask = (question: string) =>
    join(question, onSend => {
      leave.push(onSend)
      return new Promise(resolve => answer.push(resolve))
    })
  return { ask, leave, answer, sent: () => answer.length }
}

describe('reads that have not left yet', () => {
  it('are joined by who asks the same', async () => {
    const { ask, answer, sent } = asked()
    const both = [ask('ec2:describeTags:{}'), ask('ec2:describeTags:{}')]
    expect(sent()).toBe(1)
    answer[0]!('tags')
    expect(await Promise.all(both)).toEqual(['tags', 'tags'])
  })

  it('are not joined by who asks something else', () => {
    const { ask, sent } = asked()
    void ask('ec2:describeTags:{}')
    void ask('ec2:describeTags:{"MaxResults":5}')
    expect(sent()).toBe(2)
  })

  it('are not joined any more once they have left: the answer may be older than a change since', () => {
    const { ask, leave, sent } = asked()
    void ask('ec2:describeVpcs:{}')
    leave[0]!()
    void ask('ec2:describeVpcs:{}')
    expect(sent()).toBe(2)
  })

  it('are asked anew after they failed before they could leave', async () => {
    const { join } = questions()
    await expect(join('q', () => Promise.reject(new Error('no credentials')))).rejects.toThrow()
    expect(await join('q', () => Promise.resolve('answer'))).toBe('answer')
  })
})
