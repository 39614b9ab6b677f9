// What the options file is taken apart with: json-as. Start-up only: allocates at will.
import { JSON } from "json-as/assembly"; // not 'json-as': tsc would follow that and check the library
import { OPEN_BRACE } from "../bytes/chars";

/**
 * The parts of the object or list that the text is: for each member its name and its value's JSON text, for each
 * element its own.
 */
export function partsOf(text: string): string[] {
  const parts: string[] = [];
  if (text.charCodeAt(0) == OPEN_BRACE) {
    const members = JSON.parse<Map<string, JSON.Raw>>(text);
    const names = members.keys();
    for (let i = 0; i < names.length; i++) {
      parts.push(names[i]);
      parts.push(members.get(names[i]).data.trim());
    }
    return parts;
  }
  const elements = JSON.parse<JSON.Raw[]>(text);
  for (let i = 0; i < elements.length; i++) parts.push(elements[i].data.trim());
  return parts;
}

/** The text that a JSON string stands for. */
export function stringOf(json: string): string {
  return JSON.parse<string>(json);
}
