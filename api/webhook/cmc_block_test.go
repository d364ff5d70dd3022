package webhook

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/suppress"
)

func TestCMCBlockOperations(t *testing.T) {
	const (
		blocked  = suppress.KindUpstream
		released = suppress.KindUpstreamReleased
		kept     = suppress.KindOther // as a dead letter
	)
	tests := []struct {
		fields string
		want   suppress.Kind
	}{
		{``, blocked},
		{`,"status":2`, blocked},
		{`,"status":"11"`, blocked},
		{`,"operation":"blocked"`, blocked},
		{`,"action":" ADDED "`, blocked},
		{`,"removed":false`, blocked},
		{`,"removed":"0","event":"registered"`, blocked},
		{`,"operation":null,"status":"2"`, blocked},
		{`,"operation":"removed"`, released},
		{`,"action":"released"`, released},
		{`,"type":"canceled"`, released},
		{`,"type":"Cancelled"`, released},
		{`,"event":"unblocked"`, released},
		{`,"status":"deleted"`, released},
		{`,"removed":true`, released},
		{`,"removed":1,"status":2`, released},
		{`,"type":"manual","operation":"removed"`, released},
		{`,"operation":"paused"`, kept},
		{`,"type":"manual","operation":"blocked"`, kept},
		{`,"removed":"soon"`, kept},
		{`,"operation":"added","removed":true`, kept},
	}
	for _, tt := range tests {
		t.Run(tt.fields, func(t *testing.T) {
			r := request(typeJSON, `{"event_type":"blocks","event":{"blocks":[{"id":7,"email":"a@example.jp"`+tt.fields+`}]}}`)
			batch, err := parseCMC(r, Settings{})
			require.NoError(t, err)
			assert.Zero(t, batch.Rejected)
			if tt.want == kept {
				assert.Empty(t, batch.Events)
				assert.Len(t, batch.Letters, 1)
				assert.Equal(t, []suppress.Kind{suppress.KindOther}, batch.Ignored)
				return
			}
			require.Len(t, batch.Events, 1)
			assert.Equal(t, tt.want, batch.Events[0].Kind)
			assert.Equal(t, "7/"+string(tt.want)+"/", batch.Events[0].ProviderID)
		})
	}
}
