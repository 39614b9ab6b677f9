{% for name in pillar['contractors'] %}
{{ name }}:
  user.present: []
{% endfor %}
