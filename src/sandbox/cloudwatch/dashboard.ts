import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import { tagged } from '../tagged.ts'
import { addTags } from '../tags-by-arn.ts'
import type { World } from '../world.ts'

interface DashboardRow {
  readonly name: string
  readonly arn: string
  body: string
}

const dashboards = (world: World) => world.table<DashboardRow>('cloudwatch/dashboard')

const widgetsAtMost = 500

export const dashboardOperations = {
  putDashboard: ({ DashboardName = '', DashboardBody = '', Tags = [] }, world) => {
    if (!/^[\w-]{1,255}$/.test(DashboardName))
      throw awsFault('InvalidParameterValueException', `Invalid dashboard name: ${DashboardName}`, {
        code: 'InvalidParameterValue',
      })
    assertBody(DashboardBody)
    const before = dashboards(world).get(DashboardName)
    // Dashboards belong to the account, not to a region.
    const arn = world.arn('cloudwatch', `dashboard/${DashboardName}`, { region: '' })
    dashboards(world).set(DashboardName, { name: DashboardName, arn, body: DashboardBody })
    // Tags count at the first only.
    if (!before) addTags(world, arn, Tags)
    return { DashboardValidationMessages: [] }
  },

  getDashboard: ({ DashboardName = '' }, world) => {
    const row = dashboards(world).get(DashboardName)
    if (!row) throw notFound(DashboardName)
    return { DashboardName: row.name, DashboardArn: row.arn, DashboardBody: row.body }
  },

  deleteDashboards: ({ DashboardNames = [] }, world) => {
    const missing = DashboardNames.find(name => !dashboards(world).get(name))
    // All or none.
    if (missing !== undefined) throw notFound(missing)
    for (const name of DashboardNames) {
      tagged(world).remove(dashboards(world).get(name)!.arn)
      dashboards(world).delete(name)
    }
    return {}
  },
} satisfies Partial<SandboxService<'cloudwatch'>>

function assertBody(text: string): void {
  const refuse = (message: string): never => {
    throw awsFault('DashboardInvalidInputError', `The dashboard body is invalid: ${message}`, {
      code: 'InvalidParameterInput',
    })
  }
  let body: { readonly widgets?: unknown }
  try {
    body = JSON.parse(text) as typeof body
  } catch {
    return refuse('it is not JSON')
  }
  if (!Array.isArray(body?.widgets)) return refuse('it should have an array of widgets')
  if (body.widgets.length > widgetsAtMost) refuse(`it has more than ${widgetsAtMost} widgets`)
  for (const widget of body.widgets as { readonly type?: unknown; readonly properties?: unknown }[])
    if (!widget.type || !widget.properties) refuse('a widget should have a type and properties')
}

function notFound(name: string): Error {
  return awsFault('DashboardNotFoundError', `Dashboard ${name} does not exist`, {
    code: 'ResourceNotFound',
    status: 404,
  })
}
