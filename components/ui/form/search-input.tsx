import Search from "lucide-react/icons/search";
import { TextInput, type TextInputProps } from "./text-input";

/** Filters a list while the user types. */
export function SearchInput(props: Omit<TextInputProps, "type" | "before">) {
  return <TextInput {...props} type="search" before={<Search className="size-3.5" />} />;
}
