/**
 * Reads that have been asked for and have not left yet. Who asks the same before then gets the same answer: several
 * kinds look for their resources in one list. A read that has left is not shared, since it may be older than the
 * change that the next one wants to see.
 */
export function questions() {
  const waiting = new Map<string, Promise<unknown>>()
  return {
    /** `send` calls back when the request leaves. */
    join: (question: string, send: (onSend: () => void) => Promise<unknown>): Promise<unknown> => {
      const same = waiting.get(question)
      if (same) return same
      const forget = () => {
        if (waiting.get(question) === answer) waiting.delete(question)
      }
      const answer = send(forget).finally(forget)
      waiting.set(question, answer)
      return answer
    },
  }
}
