// The least that OpenSearch has to be told of records, so that it takes every one and can look ids up.
const KEYWORD = { type: 'keyword', ignore_above: 8191 };
const fields = (names: readonly string[], type: object): object =>
  Object.fromEntries(names.map((name) => [name, type]));

/** The types of `flatten_ecs` (docs/ecs.md), as few as make every record fit. */
export const ECS_MAPPING = {
  dynamic: false,
  properties: {
    '@timestamp': { type: 'date' },
    message: { type: 'text' },
    host: { properties: { name: KEYWORD } },
    event: {
      properties: {
        ...fields(['id', 'kind', 'outcome', 'action', 'type', 'category'], KEYWORD),
        ...fields(['created', 'start', 'end'], { type: 'date' }),
        duration: { type: 'long' },
      },
    },
    salt: {
      properties: {
        ...fields(['kind', 'event_type', 'jid', 'minion_id', 'fun', 'fun_args'], KEYWORD),
        ...fields(['changes', 'extra', 'truncated'], { type: 'flat_object' }),
        state: {
          properties: {
            ...fields(['key', 'module', 'function', 'id', 'name', 'sls'], KEYWORD),
            result: { type: 'boolean' },
            run_num: { type: 'long' },
          },
        },
      },
    },
  },
};
/** The same for plain records. */
export const PLAIN_MAPPING = {
  dynamic: false,
  properties: {
    '@timestamp': { type: 'date' },
    ...fields(['event_id', 'jid', 'minion_id', 'state_name', 'event_type'], KEYWORD),
    ...fields(['changes', 'fun_args'], { type: 'object', enabled: false }),
  },
};
