import { Command } from "cmdk";
import { classNames } from "@/components/ui/class-names";
import type { PaletteItem } from "./palette-items";
import type { Palette } from "./use-palette";

type Props = Pick<Palette, "found" | "label"> & { onChoose: (item: PaletteItem) => void };

/** Results by kind; the kind of the best hit comes first. */
export function PaletteResults({ found, label, onChoose }: Props) {
  return (
    <Command.List
      label={label}
      hidden={found.items.length === 0}
      className="min-h-0 flex-1 scroll-py-8 overflow-y-auto overscroll-contain p-1.5"
    >
      {byGroup(found.items).map(([group, items]) => (
        <Command.Group
          key={group}
          heading={group}
          className="**:[[cmdk-group-heading]]:px-2.5 **:[[cmdk-group-heading]]:pt-2 **:[[cmdk-group-heading]]:pb-1 **:[[cmdk-group-heading]]:text-sm **:[[cmdk-group-heading]]:text-ink-3"
        >
          {items.map((item) => (
            <Item key={item.id} item={item} onChoose={onChoose} />
          ))}
        </Command.Group>
      ))}
    </Command.List>
  );
}

/** Kinds in the order of their best hits. */
function byGroup(items: readonly PaletteItem[]): [PaletteItem["group"], PaletteItem[]][] {
  const groups = new Map<PaletteItem["group"], PaletteItem[]>();
  for (const item of items) {
    const members = groups.get(item.group);
    if (members) members.push(item);
    else groups.set(item.group, [item]);
  }
  return [...groups];
}

type ItemProps = { item: PaletteItem; onChoose: (item: PaletteItem) => void };

function Item({ item, onChoose }: ItemProps) {
  const { id, title, name, hint, Icon } = item;
  return (
    <Command.Item
      value={id}
      onSelect={() => onChoose(item)}
      className={classNames(
        "flex cursor-pointer items-center gap-2.5 rounded-md px-2.5 py-1.5 max-sm:py-2",
        "data-[selected=true]:bg-sunken data-[selected=true]:outline-1 data-[selected=true]:-outline-offset-1 data-[selected=true]:outline-line-strong",
      )}
    >
      <Icon className="size-3.75 shrink-0 text-ink-3" aria-hidden="true" />
      <span className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-2">
        <span className="wrap-anywhere">{title}</span>
        {name && name !== title && (
          <span className="min-w-0 font-mono text-sm wrap-anywhere text-ink-3">{name}</span>
        )}
      </span>
      {hint && (
        <span className="max-w-2/5 shrink-0 truncate text-sm text-ink-3 max-sm:max-w-1/3">
          {hint}
        </span>
      )}
    </Command.Item>
  );
}
