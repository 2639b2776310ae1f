import type { FindingCode } from "@/lib/findings/schema";

/** What a person does on the page that a finding leads to, where no call of the API can fix it. */
const linkLabels: Partial<Record<FindingCode, string>> = {
  agent_model_missing: "Choose a model",
  agent_provider_unmapped: "Choose another provider",
  agent_alias_unresolved: "Choose a model",
  agent_model_inactive: "Choose an active model",
  agent_tools_unsupported: "Choose a model with tools",
  agent_reverted: "Compare the values",
  agent_tool_unregistered: "See its tools",
  agent_tools_unreadable: "See its tools",
  agent_empty_tools_refused: "Choose another model",
  runtime_parameter_refused: "Choose another model",
  runtime_request_refused: "Choose another model",
  runtime_too_slow: "Choose a faster model",
  key_missing: "Paste a key",
  key_placeholder: "Paste the key",
  key_rejected: "Replace the key",
  key_expired: "Replace the key",
  key_expiring: "Replace the key",
  key_old: "Rotate the key",
  model_retired: "Replace and retire it",
  model_retiring: "Replace it",
  model_test_failed: "Test it again",
  model_not_listed: "Choose its replacement",
  bedrock_base_model_id: "Correct its ID",
  bedrock_profile_unknown: "Correct its ID",
  bedrock_region_mismatch: "Correct its ID",
  price_missing: "Enter a price",
  price_unit_suspect: "Check the price",
  price_differs: "Compare the prices",
};

/** The text of a link to the finding's subject: what to do there. */
export function linkLabel(code: FindingCode, otherwise: string): string {
  return linkLabels[code] ?? otherwise;
}
