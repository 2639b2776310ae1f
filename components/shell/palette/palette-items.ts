import BookText from "lucide-react/icons/book-text";
import Bot from "lucide-react/icons/bot";
import Boxes from "lucide-react/icons/boxes";
import Download from "lucide-react/icons/download";
import FlaskConical from "lucide-react/icons/flask-conical";
import KeyRound from "lucide-react/icons/key-round";
import ListChecks from "lucide-react/icons/list-checks";
import LogOut from "lucide-react/icons/log-out";
import Monitor from "lucide-react/icons/monitor";
import Moon from "lucide-react/icons/moon";
import Plus from "lucide-react/icons/plus";
import RefreshCw from "lucide-react/icons/refresh-cw";
import Shuffle from "lucide-react/icons/shuffle";
import Sun from "lucide-react/icons/sun";
import Upload from "lucide-react/icons/upload";
import type { ComponentType } from "react";
import { entries } from "@/components/shell/navigation";
import { saveFile } from "@/components/ui/save-file";
import { addressOf } from "@/lib/addresses";
import { agentEntityId } from "@/lib/agents/rules/entity";
import type { AgentRecord } from "@/lib/agents/schema";
import { formatProviderName } from "@/lib/format";
import type { KeyStatus, ProviderRecord } from "@/lib/keys/schema";
import type { ModelRecord } from "@/lib/models/schema";
import { pages } from "@/lib/paths";
import { providerInfo } from "@/lib/providers/schema";
import type { Findable } from "./palette-search";

/** The second step of an action: choose an agent or a model. */
export type PaletteStep = "switch-agent" | "test-model";

export type PaletteItem = Findable & {
  /** At the right, to distinguish similar items. */
  hint: string | null;
  Icon: ComponentType<{ className?: string; "aria-hidden"?: "true" }>;
  run:
    | { kind: "go"; href: string }
    | { kind: "step"; step: PaletteStep }
    | { kind: "do"; act: () => void };
};

export function pageItems(): PaletteItem[] {
  return entries.map(({ href, label, Icon }) => ({
    id: `page:${href}`,
    group: "Pages",
    title: label,
    name: null,
    more: "page open go to",
    hint: null,
    Icon,
    run: { kind: "go", href },
  }));
}

type Doings = {
  canWrite: boolean;
  setTheme: (theme: "light" | "dark" | "system") => void;
  leave: () => void;
};

export function actionItems({ canWrite, setTheme, leave }: Doings): PaletteItem[] {
  const save = (format: "csv" | "json") => () =>
    saveFile(addressOf("exportModels", { query: { format } }));
  const go = (href: string) => ({ kind: "go", href }) as const;
  const act = (run: () => void) => ({ kind: "do", act: run }) as const;
  const admin = [
    action("Add model", "new register", Plus, go(pages.models({ add: true }))),
    action("Switch an agent to another model…", "change provider", Shuffle, {
      kind: "step",
      step: "switch-agent",
    }),
    action("Test a model…", "try ask prompt", FlaskConical, { kind: "step", step: "test-model" }),
    action("API tokens of scripts", "bearer machine access", KeyRound, go(pages.tokens())),
    action("Sync prices", "catalog update costs", RefreshCw, go(pages.models({ sync: true }))),
    action("Import models", "upload csv json file", Upload, go(pages.models({ import: true }))),
  ];
  return [
    ...(canWrite ? admin : []),
    action("Run all checks", "findings faults what is wrong", ListChecks, go(pages.checks())),
    action("Export models as CSV", "download file", Download, act(save("csv"))),
    action("Export models as JSON", "download file", Download, act(save("json"))),
    action("API reference", "openapi endpoints docs", BookText, go(pages.apiReference())),
    action(
      "Light theme",
      "colour appearance mode",
      Sun,
      act(() => setTheme("light")),
    ),
    action(
      "Dark theme",
      "colour appearance mode",
      Moon,
      act(() => setTheme("dark")),
    ),
    action(
      "Theme as the system",
      "colour appearance mode",
      Monitor,
      act(() => setTheme("system")),
    ),
    action("Sign out", "log out leave", LogOut, act(leave)),
  ];
}

function action(
  title: string,
  more: string,
  Icon: PaletteItem["Icon"],
  run: PaletteItem["run"],
): PaletteItem {
  return {
    id: `action:${title}`,
    group: "Actions",
    title,
    name: null,
    more,
    hint: null,
    Icon,
    run,
  };
}

/** Models with the same display name also show their keys. */
export function modelItems(models: readonly ModelRecord[], show?: "test"): PaletteItem[] {
  const nameOf = ({ display_name }: ModelRecord) => display_name.trim().toLowerCase();
  const [seen, shared] = [new Set<string>(), new Set<string>()];
  for (const model of models) (seen.has(nameOf(model)) ? shared : seen).add(nameOf(model));
  return models.map((model) => modelItem(model, shared.has(nameOf(model)), show));
}

function modelItem(model: ModelRecord, isNameShared: boolean, show?: "test"): PaletteItem {
  const provider = formatProviderName(model.provider);
  const state = model.is_active ? "" : " · inactive";
  return {
    id: `model:${model.pk}`,
    group: "Models",
    title: model.display_name,
    name: model.model_id,
    more: `${model.pk} ${provider} ${model.purpose ?? ""}`,
    hint: (isNameShared ? model.pk : provider) + state,
    Icon: Boxes,
    run: { kind: "go", href: pages.models({ model: model.pk, show }) },
  };
}

export function agentItem(agent: AgentRecord): PaletteItem {
  const { agent_name, version, llm_provider, llm_model, provider_id, status } = agent;
  const provider = provider_id && formatProviderName(provider_id);
  return {
    id: `agent:${agentEntityId(agent)}`,
    group: "Agents",
    title: agent_name,
    name: version,
    more: [provider, llm_provider, llm_model, status, agent.description].filter(Boolean).join(" "),
    hint: llm_model,
    Icon: Bot,
    run: { kind: "go", href: pages.agent(agent_name, version) },
  };
}

const keyStatusLabels: Record<KeyStatus, string> = {
  verified: "key works",
  stored: "key stored",
  missing: "no key",
  placeholder: "placeholder",
  rejected: "key rejected",
  expired: "key expired",
};

export function keyItem({ id, name, secret_key_name, key }: ProviderRecord): PaletteItem {
  return {
    id: `key:${id}`,
    group: "API keys",
    title: name,
    name: secret_key_name,
    more: `${id} ${providerInfo(id).aliases.join(" ")} provider api key bearer token update`,
    hint: keyStatusLabels[key.status],
    Icon: KeyRound,
    run: { kind: "go", href: pages.apiKeys(id) },
  };
}
