/** Stands in every answer of AWS where a secret could, and in the environment of every process. */
export const secret = 'canary7ZqV0nlyS3cret'

/** Where it has come to light: in what was shown, or in what was kept. */
export class Leaks {
  readonly #places = new Set<string>()

  /** P12: looks at texts by their places. */
  look(texts: Iterable<readonly [place: string, text: string]>): void {
    for (const [place, text] of texts) if (text.includes(secret)) this.#places.add(place)
  }

  get findings(): string[] {
    return [...this.#places].map(place => `P12 a secret in ${place}`)
  }
}
