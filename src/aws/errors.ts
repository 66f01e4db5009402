/**
 * What an AWS error means for us, decided by its code. SDK v3 shows codes in two spellings (wire `DBInstanceNotFound`,
 * name `DBInstanceNotFoundFault`), so both are folded into one before any comparison.
 */
export type Meaning =
  /** Slow down and try again; nothing was done. */
  | 'throttled'
  /** The call may or may not have been carried out: look before trying again. */
  | 'maybe'
  /** Something made a moment ago is not visible to this service yet. */
  | 'propagating'
  /** The resource is in the middle of another change. */
  | 'busy'
  /** A delete came before the last user of the resource has gone. */
  | 'in-use'
  | 'not-found'
  | 'exists'
  /** The place is still another's, who may be about to leave it. */
  | 'taken'
  /** Not permitted, wrong account, or a policy forbids it. */
  | 'denied'
  /** No credentials, or they have expired. */
  | 'credentials'
  /** AWS does not let this account do it before something outside of this stack is done. */
  | 'not-enabled'
  | 'quota'
  | 'other'

interface Sign {
  readonly meaning: Meaning
  readonly codes?: RegExp
  readonly message?: RegExp
}

/** First match wins. Codes are compared in their folded spelling: lower case, without Exception, Fault or Error. */
const signs: readonly Sign[] = [
  // A Deny is never a matter of time, and holds for whatever code says it: IAM user guide, "Troubleshoot access denied
  // error messages".
  { meaning: 'denied', message: /with an explicit deny in an? /i },
  // New accounts, and services or regions that an account has to subscribe to first.
  {
    meaning: 'not-enabled',
    codes: /^(optinrequired|subscriptionrequired|pendingverification|blocked|regiondisabled)$/,
  },
  {
    meaning: 'not-enabled',
    message: /account currently does not support|account is (currently |being )?(blocked|verified)/i,
  },
  // A quota breach is named like a throttle in some services; the quota text tells them apart.
  {
    meaning: 'throttled',
    codes:
      /^(throttling|throttled|requestlimitexceeded|toomanyrequests|toomanyupdates|requestthrottled|slowdown|priorrequestnotcomplete|bandwidthlimitexceeded|ec2throttled|provisionedthroughputexceeded)$/,
  },
  { meaning: 'throttled', message: /^rate exceeded/i },
  {
    meaning: 'credentials',
    codes:
      /^(expiredtoken|expiredtokenexception|requestexpired|invalidclienttokenid|unrecognizedclient|credentialsprovider|tokenprovider|signaturedoesnotmatch|missingauthenticationtoken|invalidaccesskeyid)$/,
  },
  { meaning: 'credentials', codes: /^authfailure$/, message: /credentials|validate the provided access/i },
  // A role made a moment ago, seen by its consumers. A role that is wrong for good answers with the same words.
  {
    meaning: 'propagating',
    message:
      /is not authorized to perform: iam:PassRole on resource|unable to assume|cannot be assumed|Invalid IAM Instance Profile|no associated IAM Roles|does not include the required permissions|service[- ]linked role|has not propagated|does not exist or is not authorized|invalid principal/i,
  },
  // The same for gateways, load balancers and groups, whose attachment another service has not seen yet.
  {
    meaning: 'propagating',
    message:
      /belong to different networks|has no internet gateway|does not have an associated load balancer/i,
  },
  // EC2 Auto Scaling, about a launch template that EC2 has made a moment ago.
  { meaning: 'propagating', codes: /^validation$/, message: /launch template\b[^]*does not exist/i },
  // OpenSearch, about an access policy that names a role made a moment ago.
  { meaning: 'propagating', codes: /^invalidtype$/, message: /error setting policy/i },
  // IAM, about a role that an instance profile has, or whose policies were detached a moment ago.
  { meaning: 'in-use', codes: /^deleteconflict$/ },
  // RDS and ElastiCache, about subnets made a moment ago.
  { meaning: 'propagating', message: /^some input subnets in /i },
  { meaning: 'propagating', codes: /^servicelinkedrolefailure$|^servicelinkedrolenotfound$/ },
  // ELBv2, about a certificate that ACM has issued a moment ago. One of a wrong key type answers with the same code.
  { meaning: 'propagating', codes: /^unsupportedcertificate$/ },
  // DeleteLoadBalancer. Its kind tells how that is switched off.
  { meaning: 'in-use', codes: /^operationnotpermitted$/, message: /deletion protection is enabled/i },
  {
    meaning: 'denied',
    codes:
      /^(accessdenied|unauthorizedoperation|notauthorized|unauthorized|operationnotpermitted|authorization)$/,
  },
  { meaning: 'quota', codes: /limitexceeded|quota.*exceeded|toomany|maximumexceeded|countexceeded/ },
  {
    meaning: 'not-found',
    codes:
      /notfound|nonexistentitem|^nosuch|doesnotexist|^servicenotactive$|^invalidassociationid|^gateway\.notattached$|unknown(resource|service)|^invalidresourceid$|repositorynotfound/,
  },
  // ECS says it in words only.
  {
    meaning: 'not-found',
    codes: /^client$/,
    message: /unable to describe task definition|not found|is missing|capacity provider does not exist/i,
  },
  // Application Auto Scaling says so of an ECS service, and AWS's own list of codes has no other for it.
  { meaning: 'not-found', codes: /^validation$/, message: /ECS service doesn't exist/i },
  // The second deletion of a database or cache: waiting for its end would only lead to not-found.
  {
    meaning: 'not-found',
    codes: /^(invaliddbinstancestate|invalidreplicationgroupstate)$/,
    message: /already being deleted|has status deleting/i,
  },
  {
    meaning: 'exists',
    codes:
      /alreadyexist|alreadyownedbyyou|^resourceexists$|duplicate|^invalidsubnet\.conflict$|alreadyassociated|mounttargetconflict/,
  },
  // The priority of a listener rule, while another rule moves from it to its new one.
  { meaning: 'taken', codes: /^priorityinuse$/ },
  // Route 53 tells apart in words what is wrong with a change of records.
  { meaning: 'exists', codes: /^invalidchangebatch$/, message: /already exists/i },
  { meaning: 'not-found', codes: /^invalidchangebatch$/, message: /was not found/i },
  { meaning: 'exists', codes: /^invalidparameter$/, message: /creation of service was not idempotent/i },
  { meaning: 'exists', codes: /^invalidinput$/, message: /has been taken in this account/i },
  {
    meaning: 'busy',
    codes:
      /^(invaliddbinstancestate|invalidreplicationgroupstate|invalidcacheclusterstate|updateinprogress|concurrentmodification|incorrectfilesystemlifecyclestate|incorrectmounttargetstate|transactionconflict|transactioninprogress|operationaborted|concurrentupdate|resourcenotready|concurrenttagaccess|deleteconflict\.concurrent|serviceupdateinprogress)$/,
  },
  // EC2 Auto Scaling has one code for everything.
  { meaning: 'not-found', codes: /^validation$/, message: /name not found/i },
  // EC2, of an instance that is still stopping.
  { meaning: 'busy', codes: /^incorrectinstancestate$/ },
  // WAF, about what was made a moment ago; it says that this may take some minutes.
  { meaning: 'busy', codes: /^wafunavailableentity$/ },
  {
    meaning: 'busy',
    codes: /^invalidparameter$/,
    message: /still draining|is draining|deployments are active/i,
  },
  // Secrets Manager, for seconds after a deletion for good.
  { meaning: 'busy', codes: /^invalidrequest$/, message: /because it was deleted/i },
  {
    meaning: 'busy',
    codes: /^validation$/,
    message: /domain is still being deleted|change\/update is in progress/i,
  },
  // PutClusterCapacityProviders, for as long as ECS counts a service that has left among the users.
  { meaning: 'busy', codes: /^resourceinuse$/, message: /capacity provider/i },
  { meaning: 'busy', codes: /^client$/, message: /cluster was not active/i },
  {
    meaning: 'in-use',
    codes:
      /^(dependencyviolation|resourceinuse|originaccesscontrolinuse|wafassociateditem|invalidgroup\.inuse|invalidipaddress\.inuse|filesysteminuse|invaliddbsubnetgroupstate|cachesubnetgroupinuse|clustercontainsservices|clustercontainstasks|clustercontainscontainerinstances|clustercontainscapacityprovider|scalingactivityinprogress|dependencytimeout|targetgroupassociationlimit|invalidnetworkinterface\.inuse)$/,
  },
  // A proxy that is still being made or changed.
  { meaning: 'busy', codes: /^invaliddbproxystate$/ },
  // Its target, which an earlier attempt has registered.
  { meaning: 'exists', codes: /^dbproxytargetalreadyregistered$/ },
  // Parameter groups, for as long as anything is still a member.
  { meaning: 'in-use', codes: /^invalid(db|cache)parametergroupstate$/ },
  // ReleaseAddress says AuthFailure for an address that a NAT gateway let go a moment ago.
  { meaning: 'in-use', codes: /^authfailure$/ },
  {
    meaning: 'maybe',
    codes:
      /^(timeout|abort|internalfailure|internal|internalerror|internalserver|server|serviceunavailable|unavailable|serviceinternal|econnreset|econnrefused|epipe|etimedout|enotfound|eai_again|requesttimeout|network)$/,
  },
]

interface AwsFault {
  readonly name?: string
  readonly Code?: string
  readonly code?: string
  readonly message?: string
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string }
  readonly cause?: unknown
}

/** The error's code as AWS's documentation spells it: the wire code where the SDK keeps it, else its name. */
export function codeOf(error: unknown): string {
  const fault = error as AwsFault
  if (fault.name === 'Error' && fault.code) return fault.code
  return fault.Code ?? (fault.name === 'Error' ? 'Unknown' : (fault.name ?? 'Unknown'))
}

/** True when the error has one of these codes, in either spelling. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  const code = fold(codeOf(error))
  return codes.some(candidate => fold(candidate) === code)
}

export function meaningOf(error: unknown): Meaning {
  const code = fold(codeOf(error))
  const fault = error as AwsFault
  const message = fault.message ?? ''
  const sign = signs.find(
    ({ codes, message: words }) => (!codes || codes.test(code)) && (!words || words.test(message)),
  )
  if (sign) return sign.meaning
  const status = fault.$metadata?.httpStatusCode
  if (status === 429) return 'throttled'
  if (status !== undefined && status >= 500) return 'maybe'
  return 'other'
}

export function isNotFound(error: unknown): boolean {
  return meaningOf(error) === 'not-found'
}

/** Runs a call and gives undefined where AWS says that the thing is not there. */
export async function orAbsent<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

function fold(code: string): string {
  return code.toLowerCase().replace(/(exception|fault|error)$/, '')
}
