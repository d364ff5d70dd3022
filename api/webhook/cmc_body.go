package webhook

import (
	"bytes"
	"encoding/json"
	"mime"
	"strings"
)

// readCMC reads the fields of a request from whichever form its body has. The
// error says what makes the body unreadable.
func readCMC(r Request) (cmcEnvelope, error) {
	if len(bytes.TrimSpace(r.Body)) == 0 {
		return cmcEnvelope{}, malformed("the body is empty")
	}
	// A Content-Type that can't be read is none: the body decides then.
	mediaType, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case strings.HasPrefix(mediaType, "multipart/"):
		fields, err := multipartForm(r.Body, params["boundary"], cmcFields()...)
		return cmcFromForm("the multipart form", fields), err
	case isJSON(mediaType, r.Body):
		return cmcFromJSON(r.Body, params["charset"])
	}
	fields, err := urlForm(r.Body, params["charset"], cmcFields()...)
	return cmcFromForm("the form", fields), err
}

// isJSON reports whether a body is JSON by its type or its first byte. A form
// never begins like that, and "curl --data" declares one whatever it sends.
func isJSON(mediaType string, body []byte) bool {
	if mediaType == "application/json" || mediaType == "text/json" || strings.HasSuffix(mediaType, "+json") {
		return true
	}
	first := bytes.TrimLeft(trimBOM(body), " \t\r\n")
	return bytes.HasPrefix(first, []byte("{")) || bytes.HasPrefix(first, []byte("["))
}

func cmcFromJSON(body []byte, charset string) (cmcEnvelope, error) {
	e := cmcEnvelope{form: "the JSON object"}
	body, err := toUTF8(body, charset)
	if err != nil {
		return e, err
	}
	if err := json.Unmarshal(body, &e); err != nil {
		return e, notJSON("the body", body, err)
	}
	return e, nil
}

func cmcFields() []string {
	return []string{"event_type", "server_composition", "api_key", "event"}
}

func cmcFromForm(form string, fields map[string][]byte) cmcEnvelope {
	return cmcEnvelope{
		form:      form,
		EventType: text(fields["event_type"]),
		Server:    text(fields["server_composition"]),
		Key:       text(fields["api_key"]),
		Event:     bytes.TrimSpace(fields["event"]),
	}
}
