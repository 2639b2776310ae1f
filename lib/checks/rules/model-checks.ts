import { callTo } from "@/lib/addresses";
import { bedrockFinding } from "@/lib/agents/rules/bedrock-finding";
import type { FindingSeverity } from "@/lib/findings/rules/severity";
import type { Finding, FindingCode, FixAction } from "@/lib/findings/schema";
import {
  fieldLabels,
  formatCount,
  formatDay,
  formatPriceUsd,
  formatProviderName,
  formatUtcMinute,
  pluralize,
} from "@/lib/format";
import { documentedRetirement } from "@/lib/models/rules/documented-retirement";
import { findModelEvidence, isRetired, listedRetirement } from "@/lib/models/rules/evidence";
import type { SettingName } from "@/lib/models/rules/reverted";
import { priceNames } from "@/lib/models/schema";
import { pages } from "@/lib/paths";
import { reduceBedrockArn } from "@/lib/providers/rules/bedrock-id";
import { disprovedUses } from "./disproved-uses";
import { linkLabel } from "./link-labels";
import {
  type Check,
  type CheckedModel,
  groupBy,
  openModelAction,
  type Snapshot,
  usersByModel,
} from "./snapshot";

type FindingDraft = Omit<Finding, "subject">;

/** A check of one valid row at a time, with the number of agents that use it. */
function checkEachModel(
  evaluate: (model: CheckedModel, users: number, snapshot: Snapshot) => FindingDraft | null,
): Check {
  return (snapshot) => {
    const users = usersByModel(snapshot);
    return snapshot.models.flatMap((model) => {
      const draft = evaluate(model, users.get(model.pk)?.length ?? 0, snapshot);
      const subject = { kind: "model", id: model.pk } as const;
      const action = (code: FindingCode) =>
        openModelAction(model, linkLabel(code, "See the model"));
      return draft ? [{ action: action(draft.code), ...draft, subject }] : [];
    });
  };
}

function describeUsage(users: number, { unread }: Snapshot): string {
  if (unread.agents) return "It is not known which agents use it.";
  if (users === 0) return "No agent uses it.";
  return `${pluralize(users, "agent uses", "agents use")} it.`;
}

const severityIfUsed = (users: number, otherwise: FindingSeverity): FindingSeverity =>
  users > 0 ? "error" : otherwise;

export const modelDefective: Check = ({ defective }) =>
  defective.map(({ pk, reasons }) => ({
    code: "model_defective",
    severity: "error",
    subject: { kind: "model", id: pk },
    title: `The row "${pk}" cannot be read`,
    evidence: `${reasons.join("; ")}.`,
    fix: "Repair the row, or delete it.",
    action: { label: "Repair the row", href: pages.models() },
  }));

const listingOf = ({ provider_id }: CheckedModel, { provider_listings }: Snapshot) =>
  provider_listings.get(provider_id) ?? null;

/** One finding of the rule that also guards switches, defaults and retirements. */
function evidenceCheck(code: FindingCode): Check {
  return checkEachModel((model, users, snapshot) => {
    if (users === 0 && !model.is_active) return null;
    const listing = listingOf(model, snapshot);
    const { blocking, warnings } = findModelEvidence({ ...model, listing }, snapshot.now);
    const match = [...blocking, ...warnings].find((finding) => finding.code === code);
    if (!match) return null;
    const severity = match.severity === "error" ? severityIfUsed(users, "warning") : match.severity;
    return { ...match, severity, evidence: `${match.evidence} ${describeUsage(users, snapshot)}` };
  });
}

export const modelTestFailed = evidenceCheck("model_test_failed");
export const modelNotListed = evidenceCheck("model_not_listed");

export const modelRetired = checkEachModel((model, users, snapshot) => {
  if (users === 0 && !model.is_active) return null;
  const listing = listingOf(model, snapshot);
  if (!isRetired(model, listing, snapshot.now)) {
    const documented = documentedRetirement({ ...model, listing }, snapshot.now);
    if (!documented) return null;
    const evidence = `${documented.evidence} ${describeUsage(users, snapshot)}`;
    return { ...documented, severity: severityIfUsed(users, "warning"), evidence };
  }
  const since = model.retires_on ? ` since ${formatDay(model.retires_on)}` : "";
  return {
    code: "model_retired",
    severity: severityIfUsed(users, "warning"),
    title: `${model.display_name} is retired by its provider`,
    evidence: `It has been retired${since}. ${describeUsage(users, snapshot)}`,
    ...retirementFix(model, users, snapshot),
  };
});

/** Only a model that no agent uses needs no replacement. */
function retirementFix(
  model: CheckedModel,
  users: number,
  { unread }: Snapshot,
): Pick<Finding, "fix" | "action"> {
  if (users > 0 || unread.agents || model.is_default) {
    return { fix: "Retire it here with a replacement." };
  }
  return { fix: "Retire it here too.", action: retireAction(model) };
}

function retireAction({ provider, model_id: modelId }: CheckedModel): FixAction {
  return { label: "Retire it", ...callTo("retireModel", { provider, modelId }) };
}

const retiringDays = 90;

export const modelRetiring = checkEachModel((model, users, snapshot) => {
  const { now, bedrock_catalog } = snapshot;
  const catalog = model.provider_id === "bedrock" ? bedrock_catalog : null;
  const listing = listingOf(model, snapshot);
  const listed = listedRetirement(model.model_id, listing, catalog);
  const retiresOn = listed ?? model.catalog_lifecycle?.retires_on ?? model.retires_on;
  if (retiresOn === null || isRetired(model, listing, now)) return null;
  const days = Math.ceil((Date.parse(retiresOn) - now) / 86_400_000);
  if (!(days <= retiringDays) || (users === 0 && !model.is_active)) return null;
  return {
    code: "model_retiring",
    severity: users > 0 ? "warning" : "info",
    // A provider may postpone a retirement that it announced.
    title:
      days > 0
        ? `${model.display_name} retires in ${pluralize(days, "day")}`
        : `${model.display_name} was to be retired on ${formatDay(retiresOn)}`,
    evidence: `Its provider ${days > 0 ? "retires it" : "announced its retirement"} on ${formatDay(retiresOn)}. ${describeUsage(users, snapshot)}`,
    fix: "Switch its agents, then retire it here.",
  };
});

const byProvider = (models: CheckedModel[]) =>
  groupBy(models, (model) => String(model.provider_id));
export const defaultMissing: Check = ({ models }) =>
  [...byProvider(models.filter((model) => model.is_active))].flatMap(([id, rows]) => {
    if (rows.some((model) => model.is_default)) return [];
    return [
      {
        code: "default_missing",
        severity: "info",
        subject: { kind: "provider", id },
        title: `${formatProviderName(id)} has no default model`,
        evidence: `None of its ${rows.length} active models is the default: a switch to the provider has no first choice.`,
        fix: "Make one of its models the default.",
        action: { label: "Choose a default", href: pages.models({ provider: id }) },
      },
    ];
  });

export const defaultMultiple: Check = ({ models }) =>
  [...byProvider(models.filter((model) => model.is_default))].flatMap(([id, rows]) => {
    if (rows.length < 2) return [];
    return [
      {
        code: "default_multiple",
        severity: "warning",
        subject: { kind: "provider", id },
        title: `${formatProviderName(id)} has ${rows.length} default models`,
        evidence: `${rows.map(({ pk }) => pk).join(", ")}: other programs take any of them.`,
        fix: "Make one of them the default; the others lose it.",
        action: { label: "Choose one default", href: pages.models({ provider: id }) },
      },
    ];
  });

function bedrockCheck(code: FindingCode): Check {
  return checkEachModel((model, users, snapshot) => {
    if (model.provider_id !== "bedrock" || (users === 0 && !model.is_active)) return null;
    const finding = bedrockFinding(model.pk, model.model_id, snapshot.bedrock_catalog);
    if (finding?.code !== code) return null;
    const severity = severityIfUsed(users, "warning");
    return {
      ...finding,
      severity,
      evidence: `${finding.evidence} ${describeUsage(users, snapshot)}`,
    };
  });
}

export const bedrockBaseModelId = bedrockCheck("bedrock_base_model_id");
export const bedrockProfileUnknown = bedrockCheck("bedrock_profile_unknown");
export const bedrockRegionMismatch = bedrockCheck("bedrock_region_mismatch");

export const capabilityDisproved = checkEachModel((model, users, snapshot) => {
  const { promised } = disprovedUses(model, []);
  if (promised.length === 0) return null;
  const names = promised.map(({ name }) => name).join(" and ");
  return {
    code: "capability_disproved",
    severity: users > 0 ? "warning" : "info",
    title: `${model.display_name} does not support ${names}`,
    evidence: `The row says that it does. ${promised.map(({ proof }) => `Probe of ${formatUtcMinute(proof.at)}: ${proof.detail}`).join(" ")} ${describeUsage(users, snapshot)}`,
    fix: "Correct the row.",
    action: {
      label: "Correct the row",
      ...callTo("updateModel", { provider: model.provider, modelId: model.model_id }),
      body: Object.fromEntries(promised.map(({ attribute }) => [attribute, false])),
    },
  };
});

/** Identifies a model under any name: an alias of its provider, different case, spaces, or its ARN. */
const identityOf = (model: CheckedModel) =>
  `${model.provider_id}#${plainIdOf(model).toLowerCase()}`;

/** The ID without additions, as the provider uses it. */
function plainIdOf({ provider_id, model_id }: CheckedModel): string {
  const id = reduceBedrockArn(model_id.trim());
  return provider_id === "google" ? id.replace(/^models\//i, "") : id;
}

const listOf = new Intl.ListFormat("en");

/** The rows of one model, except the row that most agents use. */
export const modelDuplicate: Check = (snapshot) => {
  const users = usersByModel(snapshot);
  const usersOf = ({ pk }: CheckedModel) => users.get(pk)?.length ?? 0;
  return [...groupBy(snapshot.models, identityOf).values()].flatMap((rows) => {
    const [preferred, ...others] = rows.toSorted(
      (a, b) =>
        usersOf(b) - usersOf(a) ||
        Number(b.provider === b.provider_id) - Number(a.provider === a.provider_id) ||
        Number(a.model_id !== plainIdOf(a)) - Number(b.model_id !== plainIdOf(b)) ||
        Number(a.model_id !== a.model_id.toLowerCase()) -
          Number(b.model_id !== b.model_id.toLowerCase()) ||
        (a.pk < b.pk ? -1 : 1),
    );
    if (!preferred) return [];
    const described = rows.map((row) => `${row.pk} (${pluralize(usersOf(row), "agent")})`);
    return others.map((row): Finding => {
      const move = usersOf(row) > 0 ? `Switch its agents to ${preferred.pk}, then retire it.` : "";
      return {
        code: "model_duplicate",
        severity: "warning",
        subject: { kind: "model", id: row.pk },
        title: `${row.display_name} is registered ${rows.length === 2 ? "twice" : `${rows.length} times`}`,
        evidence: `${listOf.format(described)} are the same model. Agents find only the row that they name exactly, and prices and defaults can differ.`,
        fix: move || `Retire it, and keep ${preferred.pk}.`,
        action:
          usersOf(row) > 0 || snapshot.unread.agents || row.is_default
            ? openModelAction(row, "Replace and retire it")
            : retireAction(row),
      };
    });
  });
};

const revertTitles = {
  changed: "was changed outside after it was set here",
  deleted: "was deleted outside after it was set here",
  resurrected: "is back after it was retired here",
} as const;
const revertActions = {
  changed: "Set it back",
  deleted: "Restore the row",
  resurrected: "Retire it again",
} as const;

export const modelReverted: Check = ({ model_reverts }) =>
  model_reverts.map((revert) => {
    const { pk, kind, changes, display_name, set_by, set_at, likely_writer, event_id } = revert;
    const values = changes.map(
      ({ name, ours, theirs }) =>
        `${fieldLabels.model[name]} was set to ${formatSetting(name, ours)} and is ${formatSetting(name, theirs)} now`,
    );
    const changeText = kind === "changed" ? `${values.join("; ")}.` : "";
    const [provider = "", modelId = ""] = pk.split("#");
    return {
      code: "model_reverted",
      severity: "warning",
      subject: { kind: "model", id: pk },
      title: `${display_name} ${revertTitles[kind]}`,
      evidence:
        `${changeText} Set here by ${set_by} at ${formatUtcMinute(set_at)}. Likely writer: ${likely_writer}.`.trim(),
      fix:
        kind === "resurrected"
          ? "Retire it again, or keep it. Stop the writer, or it comes back."
          : `${revertActions[kind]}, or keep what is there now. Stop the writer, or it happens again.`,
      action:
        event_id === null
          ? { label: "Open the models", href: pages.models() }
          : {
              label: revertActions[kind],
              ...callTo("rollbackModel", { provider, modelId }),
              body: { event_id },
            },
    };
  });

function formatSetting(name: SettingName, value: string | number | boolean | null): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return `"${value}"`;
  if (name === "max_tokens" || name === "max_output_tokens") {
    return value === null ? "not known" : `${formatCount(value)} tokens`;
  }
  if (priceNames.some((price) => price === name)) {
    return value === null ? "not priced" : `${formatPriceUsd(value, "1M")} per 1M`;
  }
  return "not set";
}
