type Lines = readonly (readonly [command: string, what: string])[]

/** What people type, by command, for its `--help`. */
const examples: Readonly<Record<string, Lines>> = {
  plan: [
    ['plan -e prod', 'what up would do in one environment'],
    ['plan --detailed-exitcode', 'for a pipeline: 0 nothing to do, 2 changes, 1 refused'],
    ['plan --json | jq .summary', 'how many of each'],
  ],
  up: [
    ['up', 'show the plan, ask, and run exactly that'],
    ['up --yes --lock-wait 10m', 'in a pipeline, after another run if there is one'],
    ['up --sandbox', 'try it without an account; images that nobody has pushed are simulated'],
    ['up --delete-data data/files', 'delete data that the config no longer names'],
  ],
  teardown: [
    ['teardown', 'remove all but data; databases leave a snapshot'],
    ['teardown --delete-data data/files', 'this data may go as well; provision status shows the addresses'],
    ['teardown --delete-data all --yes', 'nothing is to stay'],
  ],
  status: [
    ['status', 'each resource, and whether it is as configured'],
    ['status --json', 'the same for a program'],
  ],
  outputs: [
    ['outputs', 'all of them'],
    ['outputs url', 'the bare value: curl "$(provision outputs url)"'],
  ],
  docs: [['docs -o ./architecture', 'one page of HTML, and Markdown with its diagram']],
  cost: [['cost -e prod', 'line by line, with what it rests on and what is not counted']],
  snapshot: [
    ['snapshot database', 'named after it and the time'],
    ['snapshot cache --name before-upgrade', 'with a name of your own'],
  ],
  'secret set': [
    ['secret set api-key', 'typed, and not shown'],
    ['secret set api-key --from-env API_KEY', 'from a variable'],
    ['secret set tls --from-file key.pem', 'from a file'],
    ['secret set api-key --restart', 'and restart the services that read it'],
  ],
  'secret list': [['secret list', 'which have a value, and who reads them']],
  doctor: [['doctor -e prod', 'before the first up; exit code 1 when something would fail']],
  logs: [
    ['logs web --since 2h', 'the last two hours'],
    ['logs web --follow', 'until Ctrl-C'],
    ["logs web --filter '?ERROR ?WARN'", "in CloudWatch Logs' pattern language"],
  ],
  drift: [
    ['drift --detailed-exitcode', 'for a nightly job: 0 none, 2 some, 1 it could not be told'],
    ['drift --repair network/vpc', 'put one thing back'],
    ['drift --accept', 'keep all of it'],
  ],
  run: [
    ['run backend -- python manage.py migrate', 'its exit code is that of the command'],
    [
      'run backend --memory 4096 --cpu 1024 --env DRY_RUN=1 -- python report.py',
      'a larger task, one more variable',
    ],
  ],
  import: [['import network/vpc vpc-0a1b2c3d4e5f67890', 'the VPC of the config is this one from now on']],
  policy: [
    ['policy up > up.json', 'for the role that makes the stack'],
    ['policy doctor', 'for somebody who may only look'],
  ],
  'rollout start': [
    ['rollout web --image nginx:1.28', 'one service, followed to its end'],
    ['rollout api,web --tag v42', 'two as one: together forward, or together back'],
    ['rollout api --tag v42 --verify "npm run smoke"', 'goes on only where that command says so'],
  ],
  restart: [
    ['restart web', 'the same version, new tasks, followed to its end'],
    ['restart api worker --yes', 'both at the same time'],
  ],
  'rollout rollback': [
    ['rollout rollback web', 'to the release before'],
    ['rollout rollback web --to 7', 'to that one of provision rollout history web'],
  ],
  prune: [
    ['prune --dry-run', 'what would be deleted'],
    ['prune --yes', 'what no release in the history needs'],
    ['prune --keep 5', 'only the last five releases of each service can be brought back afterwards'],
  ],
  'sandbox push': [
    ['sandbox push app:v2', 'then provision rollout web --tag v2 --sandbox'],
    ['sandbox push backend:v2 frontend:v2', 'several at once; the same tag again moves it to the new image'],
  ],
  'sandbox create': [['sandbox create', 'before the first up --sandbox of a config with existing:']],
  'ledger show': [['ledger show --json', 'what is remembered, for a program']],
  'ledger history': [['ledger history', 'who ran what, when, and how it ended']],
  'ledger init': [['ledger init --ledger dynamodb:provision', 'makes the table of that name']],
  'ledger migrate': [['ledger migrate dynamodb:provision', 'from the file to the table']],
  'ledger rebuild': [['ledger rebuild', 'when the file is lost; AWS stays as it is']],
  'ledger unlock': [['ledger unlock 3f2a9c41', 'the id that the refusal has printed']],
}

/** The end of a command's `--help`; empty where there is nothing to show. */
export function examplesOf(command: string): string {
  const lines = examples[command] ?? []
  if (lines.length === 0) return ''
  const width = Math.max(...lines.map(([typed]) => typed.length))
  return `\nExamples:\n${lines.map(([typed, what]) => `  provision ${typed.padEnd(width)}   ${what}`).join('\n')}`
}
