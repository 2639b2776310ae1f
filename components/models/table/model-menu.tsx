"use client";

import MoreHorizontal from "lucide-react/icons/ellipsis";
import { type ModelActions, useModelActions } from "@/components/models/actions";
import { Menu } from "@/components/ui/overlay/menu";
import type { MenuItem } from "@/components/ui/overlay/menu-content";
import { formatProviderName } from "@/lib/format";
import type { ModelRecord } from "@/lib/models/schema";

/** An admin's actions on a model. */
export function ModelMenu({ model }: { model: ModelRecord }) {
  const actions = useModelActions();
  return (
    <Menu
      label={`Actions for ${model.display_name}`}
      icon={<MoreHorizontal className="size-4" />}
      size="sm"
      items={menuItems(model, actions)}
    />
  );
}

function menuItems(model: ModelRecord, { open, confirm, activate }: ModelActions): MenuItem[] {
  const makeDefault: MenuItem = {
    label: `Make default of ${formatProviderName(model.provider_id)}`,
    onSelect: () => confirm("default", model),
    disabledReason: model.is_active ? undefined : "Only an active model can be the default",
  };
  return [
    { label: "Edit", onSelect: () => open(model.pk, "edit") },
    { label: "Test", onSelect: () => open(model.pk, "test") },
    { kind: "separator" },
    ...(model.is_default ? [] : [makeDefault]),
    model.is_active
      ? { label: "Deactivate", onSelect: () => confirm("deactivate", model) }
      : { label: "Activate", onSelect: () => activate(model) },
    { kind: "separator" },
    { label: "Retire…", danger: true, onSelect: () => confirm("retire", model) },
  ];
}
