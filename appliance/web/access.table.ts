/** Who may do what: every route of the REST interface with the least role it asks for. What is not listed is refused. */

/** From least to most: each may do all that those before it may. */
export const roles = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

/** What an API token may be good for, beside its role. A person at a browser has no need of scopes. */
export const scopes = ['read', 'change', 'manage'] as const;
export type Scope = (typeof scopes)[number];

/** `anybody`: before signing in. Without a scope: for persons only, no token opens it. */
export type Access = 'anybody' | { role: Role; scope: Scope | null };

const look: Access = { role: 'viewer', scope: 'read' };
const own: Access = { role: 'viewer', scope: null };
const operate: Access = { role: 'operator', scope: 'change' };
const administer: Access = { role: 'admin', scope: 'change' };
const manage: Access = { role: 'admin', scope: 'manage' };
/** What makes or widens a way in: a token must not leave behind what reaches further or lasts longer than itself. */
const letIn: Access = { role: 'admin', scope: null };

/** Paths below /api/v1, as the routes declare them. */
export const access: Readonly<Record<string, Access>> = {
  'GET /status': 'anybody',
  'GET /session': 'anybody',
  'POST /session': 'anybody',
  'POST /session/first': 'anybody',
  'POST /session/invitation': 'anybody',
  'POST /session/recovery': 'anybody',
  'DELETE /session': own,

  'GET /account/sessions': own,
  'DELETE /account/sessions': own,
  'DELETE /account/sessions/:session': own,
  'PATCH /account/name': own,
  'PATCH /account/password': own,

  'GET /people': manage,
  'POST /people': letIn,
  'PATCH /people/:person': letIn,
  'POST /people/:person/invitation': letIn,
  'DELETE /people/:person': manage,
  'GET /api-tokens': manage,
  'POST /api-tokens': letIn,
  'DELETE /api-tokens/:token': manage,
  'GET /certificate': look,
  'PUT /certificate': manage,
  'DELETE /certificate': manage,

  'POST /reset': { role: 'admin', scope: null },

  'GET /openapi.json': look,
  'GET /door': look,
  'GET /machines': look,
  'GET /machines/:machine': look,
  'GET /machines/:machine/range': look,
  'GET /machines/:machine/services': look,
  // Names of programs say what a person does.
  'GET /machines/:machine/processes': { role: 'operator', scope: 'read' },
  'POST /machines/:machine/notice': administer,
  'DELETE /machines/:machine': administer,
  'GET /waiting': look,
  'POST /waiting/:id/select': operate,
  'POST /waiting/deselect': operate,
  'POST /waiting/:id/admit': operate,
  'POST /waiting/:id/refuse': operate,
  'POST /waiting/wanted': operate,
  'GET /open-house': look,
  'POST /open-house': operate,
  'DELETE /open-house': operate,
  'GET /install': look,
  'GET /enrolment-tokens': manage,
  'POST /enrolment-tokens': manage,
  'DELETE /enrolment-tokens/:id': manage,
  'GET /clones': look,
  'POST /clones/:machine/release': administer,
  'GET /incidents': look,
  'GET /incidents/:incident': look,
  'POST /incidents/:incident/acknowledge': operate,
  'POST /incidents/:incident/release': operate,
  'GET /rules': look,
  'POST /rules': administer,
  'PUT /rules/:rule/:scope': administer,
  'DELETE /rules/:rule': administer,
  'POST /rules/preview': operate,
  'GET /schedules': look,
  'POST /schedules': administer,
  'PUT /schedules/:schedule': administer,
  'DELETE /schedules/:schedule': administer,
  'GET /devices': look,
  'POST /devices/search': operate,
  'PUT /devices/:device': operate,
  'DELETE /devices/:device': operate,
  'GET /probe-kinds': look,
  'GET /probes': look,
  'POST /probes': administer,
  'GET /probes/:probe': look,
  'GET /probes/:probe/availability': look,
  'PUT /probes/:probe': administer,
  'DELETE /probes/:probe': administer,
  'POST /probes/:probe/run': operate,
  // Addresses of people and servers.
  'GET /channels': manage,
  'POST /channels': manage,
  'PUT /channels/:channel': manage,
  'DELETE /channels/:channel': manage,
  'POST /channels/:channel/test': manage,
  'POST /channels/mail-offer': manage,
  'GET /deliveries': { role: 'operator', scope: 'read' },
  'GET /groups': look,
  'PUT /groups/:group': administer,
  'DELETE /groups/:group': administer,
  'GET /journal': look,
  'POST /journal/cleanup': manage,
  'GET /panel': look,
  'GET /panel.png': look,
  'POST /panel/press': operate,
  'GET /live': look,
};

export const reaches = (has: Role, needs: Role): boolean => roles.indexOf(has) >= roles.indexOf(needs);
export const lesser = (a: Role, b: Role): Role => (reaches(a, b) ? b : a);
