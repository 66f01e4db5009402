import type { Estimate } from '../cost/estimate.ts'
import type { StackConfig } from '../config/schema/stack.ts'
import type { Inventory } from '../plan/inventory.ts'
import { dependencies } from './dependencies.ts'
import { links } from './links.ts'
import { money } from './money.ts'
import { security } from './security.ts'
import { summary } from './summary.ts'
import { traffic } from './traffic.ts'
import { tree } from './tree.ts'
import { zones } from './zones.ts'

/** What the document is about. */
export interface Subject {
  readonly inventory: Inventory
  readonly estimate: Estimate
  readonly config: StackConfig
  readonly stack: string
  readonly environment: string
  readonly account: string
  readonly region: string
  readonly partition: string
  readonly outputs: Readonly<Record<string, string>>
  /** Day on which AWS was asked, `2026-01-31`. */
  readonly date: string
  /** Of the ledger; 0 where there is none yet. */
  readonly serial: number
}

/** Text, or text that leads somewhere. */
export type Cell = string | { readonly text: string; readonly href: string }

export interface Branch {
  readonly text: string
  readonly branches: readonly Branch[]
}

/** A part of a section, free of any markup: each writer escapes what it writes. */
export type Block =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'facts'; readonly rows: readonly (readonly [string, Cell])[] }
  | {
      readonly kind: 'table'
      readonly head: readonly string[]
      readonly rows: readonly (readonly Cell[])[]
      /** Columns of numbers, from 0. */
      readonly numbers?: readonly number[]
    }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly entries: readonly Cell[] }
  | { readonly kind: 'tree'; readonly branches: readonly Branch[] }
  | { readonly kind: 'diagram' }

export interface Section {
  readonly id: string
  readonly title: string
  readonly blocks: readonly Block[]
}

export interface Paper {
  readonly title: string
  /** One line: what, where, as of when. */
  readonly subtitle: string
  readonly sections: readonly Section[]
}

/** The architecture document of a stack. Pure: the same situation gives the same document. */
export function paperOf(subject: Subject): Paper {
  const { stack, environment, account, region, date, inventory } = subject
  const standing = inventory.items.filter(({ stands }) => stands).length
  const state =
    standing === inventory.items.length
      ? 'as it stands'
      : standing === 0
        ? 'as planned: nothing of it is made yet'
        : `${standing} of ${inventory.items.length} resources are made`
  return {
    title: `${stack} in ${environment}`,
    subtitle: `AWS account ${account}, ${region}, ${date}: ${state}`,
    sections: [
      summary(subject),
      { id: 'diagram', title: 'Architecture', blocks: [{ kind: 'diagram' }] },
      traffic(subject),
      security(subject),
      zones(subject),
      dependencies(subject),
      tree(subject),
      money(subject),
      links(subject),
    ],
  }
}
