export type Fault = {
  name: string;
  /** Stands once in the sources of the app; the file that holds it may move. */
  find: string;
  replace: string;
  /** The test file that catches it, as a filter of the runner. */
  test: string;
  /** The file that caught it before tests moved to a lower level, where that was another one. */
  testBefore?: string;
};

/** What a test suite of this console must notice. */
export const faults: Fault[] = [
  {
    name: "a viewer may do what admins may",
    find: "if (!hasRole(user.role, role))",
    replace: 'if (user.role === "admin" && !hasRole(user.role, role))',
    test: "contract/prices-api",
  },
  {
    name: "a record that the browser already has is sent again",
    find: "status: 304, headers",
    replace: "status: 200, headers",
    test: "contract/models-api",
  },
  {
    name: "If-Match is compared with its quotes",
    find: '.replace(/^"(.*)"$/, "$1")',
    replace: "",
    test: "contract/models-changes",
  },
  {
    name: "a refused condition does not return the current row",
    find: 'ReturnValuesOnConditionCheckFailure: "ALL_OLD"',
    replace: 'ReturnValuesOnConditionCheckFailure: "NONE"',
    test: "contract/models-changes",
  },
  {
    name: "a model that agents use is deleted",
    find: "if (agents.length === 0) return;",
    replace: "if (agents.length < 100) return;",
    test: "contract/models-changes",
  },
  {
    name: "a page of activity skips an event",
    find: "const pageSize = 50;",
    replace: "const pageSize = 49;",
    test: "contract/activity-api",
  },
  {
    name: "a dry run of an import writes",
    find: "if (dry_run) return { ...plan, operation_id: null };",
    replace: "if (dry_run && rows.length === 0) return { ...plan, operation_id: null };",
    test: "contract/import-export",
  },
  {
    name: "a budget is exceeded at twice its amount only",
    find: 'if (spent > monthly) return "exceeded"',
    replace: 'if (spent > monthly * 2) return "exceeded"',
    test: "contract/budgets-api",
  },
  {
    name: "cached tokens are charged twice",
    find: "usage.input_tokens - read - written",
    replace: "usage.input_tokens",
    test: "unit/costs/cost",
  },
  {
    name: "a price per 1K is read as one per 1M",
    find: "isPerMillion ? stored : perMillion(stored)",
    replace: "stored",
    test: "unit/prices/price",
  },
  {
    name: "a forecast ignores its first two days",
    find: "wholeDays < 1",
    replace: "wholeDays < 3",
    test: "unit/budgets/forecast",
  },
  {
    name: "the runtime's provider map applies to older agents",
    find: "if (!agent.unified || runtimeProviders.includes(target.provider)) return null",
    replace: "if (runtimeProviders.includes(target.provider)) return null",
    test: "unit/agents/preflight",
  },
  {
    name: "a trace continues after its broken step",
    find: "stop !== -1 && index > stop ? notReachedStep(step) : step",
    replace: "step",
    test: "unit/agents/trace",
  },
  {
    name: "a session is accepted after it ends",
    find: "nowInSeconds() < endsAt ? token : null",
    replace: "nowInSeconds() < endsAt + 15 ? token : null",
    test: "unit/auth/session-token",
  },
  {
    name: "half a key stays in a provider's error message",
    find: "const MIN_FRAGMENT_LENGTH = 12;",
    replace: "const MIN_FRAGMENT_LENGTH = 30;",
    test: "unit/providers/redact",
  },
  {
    name: "a spreadsheet runs a formula from an export",
    find: "const formula = /^'*[=+\\-@\\t\\r\\n]/;",
    replace: "const formula = /^'*[+\\-@\\t\\r\\n]/;",
    test: "contract/import-export",
  },
  {
    name: "a request with too many output tokens is repeated unchanged",
    find: "Math.floor(maxTokens / 2)",
    replace: "Math.floor(maxTokens)",
    test: "components/completions/failure-note",
    testBefore: "e2e/playground-codes",
  },
  {
    name: "Edit the prompt does nothing",
    find: "onClick={handlers.editPrompt}",
    replace: "onClick={() => undefined}",
    test: "components/completions/failure-note",
    testBefore: "e2e/playground-codes",
  },
  {
    name: "Keep mine takes theirs",
    find: 'whose === "mine" ? onKeepMine() : onTakeTheirs()',
    replace: 'whose === "mine" ? onTakeTheirs() : onKeepMine()',
    test: "components/ui/dialogs",
    testBefore: "e2e/agents.spec",
  },
  {
    name: "a blocked confirmation can be confirmed",
    find: "disabled={props.blockedBy !== undefined}",
    replace: "disabled={false}",
    test: "components/ui/dialogs",
    testBefore: "e2e/prices",
  },
  {
    name: "a field's error is not announced by screen readers",
    find: '"aria-describedby": describedBy,',
    replace: "",
    test: "components/ui/field",
    testBefore: "e2e/agents.spec",
  },
];
