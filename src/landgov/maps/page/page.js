// The page: parcels on a canvas, legend that switches layers, search, scale and north arrow.
"use strict";

landgov.open = function (map, block, groups) {
  var facts = landgov.facts(block);
  var make = facts.make;
  var renderer = L.canvas({ padding: 0.3 });
  var on = {};
  var showOpen = true;
  var thematic = block.layers.filter(function (layer) { return layer.table === "parcels" && layer.key !== "base"; });
  var base = block.layers.filter(function (layer) { return layer.key === "base"; })[0];
  block.layers.forEach(function (layer) { on[layer.key] = layer.visible; });

  map.createPane("parcels").style.zIndex = 420;
  renderer.options.pane = "parcels";
  renderer.addTo(map);
  var painter = landgov.painter(renderer._container);

  function classOf(layer, i) {
    var place = layer.member.charCodeAt(i) - 48;
    return place ? layer.classes[place - 1] : null;
  }

  // Edges give way in an overview, where parcels are a few pixels wide.
  var near = false;
  function stroke(symbol, fill) {
    return {
      stroke: true,
      color: near || !symbol.fill ? symbol.edge : symbol.fill,
      weight: near ? Math.max(0.7, symbol.width * 1.6) : 0.5,
      fill: true, fillColor: fill, fillOpacity: 1
    };
  }

  function style(i) {
    var ground = null, marks = [];
    thematic.forEach(function (layer) {
      var entry = on[layer.key] ? classOf(layer, i) : null;
      if (!entry || (entry.unknown && !showOpen)) { return; }
      if (layer.ground) { ground = entry; } else { marks.push(entry.symbol); }
    });
    var under = ground && ground.symbol.fill || (on.base && base ? base.classes[0].symbol.fill : "#ffffff");
    if (marks.length) {
      var look = stroke(marks[0], painter.fill(marks, under));
      if (near && ground && !ground.unknown) { look.color = ground.symbol.edge; }
      return look;
    }
    if (ground) { return stroke(ground.symbol, painter.fill([ground.symbol], under)); }
    if (on.base && base) { return stroke(base.classes[0].symbol, base.classes[0].symbol.fill); }
    return { stroke: false, fill: false };
  }

  var outlines = landgov.shapes(block).map(function (latlngs, i) {
    if (!latlngs.length) { return null; }
    var outline = L.polygon(latlngs, Object.assign({ renderer: renderer, smoothFactor: 0.6, noClip: true }, style(i)));
    outline.on("click", function (event) {
      if (outline.options.stroke) { show(i, event.latlng); }
    });
    return outline.addTo(map);
  });

  function repaint() {
    outlines.forEach(function (outline, i) { if (outline) { outline.setStyle(style(i)); } });
  }

  // The parcel asked for: a dark line in a pale rim, above all parcels, in a pane that lets clicks through.
  var pane = map.createPane("mark");
  pane.style.zIndex = 450;
  pane.style.pointerEvents = "none";
  var pen = L.svg({ pane: "mark", padding: 0.3 });
  var mark = L.layerGroup([["#ffffff", 9], ["#d0006f", 4]].map(function (line) {
    return L.polygon([], {
      pane: "mark", renderer: pen, color: line[0], weight: line[1], opacity: 1,
      fill: false, interactive: false, className: "mark"
    });
  }));

  function show(i, at) {
    L.popup({ maxWidth: 380, minWidth: 300, maxHeight: 420, autoPanPaddingTopLeft: [60, 10] })
      .setLatLng(at).setContent(facts.popup(i)).openOn(map);
    mark.eachLayer(function (line) { line.setLatLngs(outlines[i].getLatLngs()); });
    mark.addTo(map);
  }
  map.on("popupclose", function () { mark.remove(); });

  function go(i) {
    if (!outlines[i]) { return false; }
    map.fitBounds(outlines[i].getBounds(), { maxZoom: 17, animate: false });
    // Above the parcel, not on it: its outline is what was looked for.
    var box = outlines[i].getBounds();
    show(i, L.latLng(box.getNorth(), box.getCenter().lng));
    return true;
  }

  // A town or platform: all its parcels that have a shape.
  function goTo(place) {
    var box = L.latLngBounds([]);
    place.members.forEach(function (i) { if (outlines[i]) { box.extend(outlines[i].getBounds()); } });
    map.closePopup();
    if (box.isValid()) { map.fitBounds(box, Object.assign({ maxZoom: 16, animate: false }, room())); }
  }

  function follow(hit) { if (hit.place) { goTo(hit.place); } else if (!go(hit.index)) { map.closePopup(); } }

  // --- legend ---------------------------------------------------------------------------------
  function swatch(symbol) {
    var canvas = make("canvas", "swatch");
    canvas.width = 44;
    canvas.height = 28;
    painter.swatch(symbol, canvas);
    return canvas;
  }

  function entry(layer) {
    var label = make("label", "entry");
    label.dataset.layer = layer.key;
    label.dataset.count = layer.count;
    label.dataset.unknownCount = layer.unknown_count;
    var box = make("input");
    box.type = "checkbox";
    box.checked = on[layer.key];
    box.addEventListener("change", function () {
      on[layer.key] = box.checked;
      if (groups[layer.key]) {
        if (box.checked) { groups[layer.key].addTo(map); } else { groups[layer.key].remove(); }
      } else { repaint(); }
    });
    var answered = layer.classes.filter(function (c) { return !c.unknown; });
    label.appendChild(box);
    label.appendChild(swatch(answered[answered.length - 1].symbol));
    label.appendChild(make("span", "words", layer.word + " " + layer.measure));
    layer.classes.forEach(function (c) {
      if (c === answered[answered.length - 1]) { return; }
      var line = make("span", "sub");
      line.appendChild(swatch(c.symbol));
      line.appendChild(make("span", "", (c.unknown ? "待核" : c.word) + " " + c.measure));
      label.appendChild(line);
    });
    return label;
  }

  var titles = { state: "用地分布", category: "治理对象", context: "底图" };
  var legend = L.control({ position: "topright" });
  legend.onAdd = function () {
    var panel = make("details", "legend");
    panel.open = window.innerWidth > 700;
    panel.appendChild(make("summary", "", "图例与图层"));
    ["state", "category", "context"].forEach(function (group) {
      panel.appendChild(make("h4", "", titles[group]));
      block.layers.forEach(function (layer) {
        var drawn = layer.table === "parcels" || groups[layer.key];
        if (layer.group === group && drawn) { panel.appendChild(entry(layer)); }
      });
    });
    var open = make("label", "entry open");
    var box = make("input");
    box.type = "checkbox";
    box.checked = true;
    box.addEventListener("change", function () { showOpen = box.checked; repaint(); });
    open.appendChild(box);
    open.appendChild(make("span", "words", "显示待核地块"));
    panel.appendChild(open);
    panel.appendChild(make("p", "note", "一宗地同属几个图层时，以相间斜条表示；各图层互有重叠，面积不可相加。"));
    block.known.forEach(function (line) { panel.appendChild(make("p", "note", line)); });
    L.DomEvent.disableClickPropagation(panel);
    L.DomEvent.disableScrollPropagation(panel);
    return panel;
  };
  legend.addTo(map);

  // --- search ---------------------------------------------------------------------------------
  var field = document.getElementById("search");
  var list = document.getElementById("found");
  var most = 12;
  function hide() { list.replaceChildren(); list.hidden = true; }
  function offer() {
    var found = facts.find(field.value);
    list.replaceChildren();
    list.hidden = !field.value.trim();
    found.slice(0, most).forEach(function (hit) {
      var row = make("li", "", hit.place ? hit.place.name : block.ids[hit.index]);
      if (hit.place) {
        row.appendChild(make("small", "", hit.place.kind + "，" + hit.place.members.length + " 宗"));
      }
      if (hit.hint) { row.appendChild(make("small", "", hit.hint)); }
      if (!hit.place && !outlines[hit.index]) { row.appendChild(make("small", "", "无图形")); }
      row.addEventListener("mousedown", function (event) {
        event.preventDefault();
        hide();
        follow(hit);
      });
      list.appendChild(row);
    });
    if (!found.length) { list.appendChild(make("li", "none", "没有找到")); }
    if (found.length > most) {
      list.appendChild(make("li", "none", "还有 " + (found.length - most) + " 条，请多输入几个字"));
    }
    return found;
  }
  field.addEventListener("input", offer);
  field.addEventListener("focus", function () { if (field.value) { offer(); } });
  field.addEventListener("blur", hide);
  field.addEventListener("keydown", function (event) {
    if (event.key === "Escape") { hide(); map.closePopup(); }
    if (event.key !== "Enter") { return; }
    var found = offer();
    // A search that fails leaves no older answer on the map, and its own stays to be read.
    if (!found.length) { map.closePopup(); return; }
    hide();
    follow(found[0]);
  });

  function distance() {
    var now = map.getZoom() >= 13;
    document.body.classList.toggle("near", map.getZoom() >= 12);
    if (now !== near) { near = now; repaint(); }
  }
  map.on("zoomend", distance);
  distance();

  // --- furniture ------------------------------------------------------------------------------
  L.control.zoom({ position: "topleft", zoomInTitle: "放大", zoomOutTitle: "缩小" }).addTo(map);
  var north = L.control({ position: "topleft" });
  north.onAdd = function () {
    var arrow = make("button", "north");
    arrow.title = "上北下南；点击回到全图";
    arrow.setAttribute("aria-label", arrow.title);
    arrow.innerHTML = '<svg viewBox="0 0 30 44" width="30" height="44"><path d="M15 12 24 42 15 35Z" fill="#222"/>' +
      '<path d="M15 12 6 42 15 35Z" fill="#fff" stroke="#222"/><text x="15" y="10" text-anchor="middle" font-size="11">北</text></svg>';
    arrow.addEventListener("click", function () { map.fitBounds(block.bounds, room()); });
    L.DomEvent.disableClickPropagation(arrow);
    return arrow;
  };
  north.addTo(map);
  var scale = L.control.scale({ imperial: false, maxWidth: 140, position: "bottomleft" });
  scale._updateMetric = function (metres) {
    var length = this._getRoundNum(metres);
    var words = length < 1000 ? length + " 米" : length / 1000 + " 公里";
    this._updateScale(this._mScale, words, length / metres);
  };
  scale.addTo(map);
  function room() {
    return { paddingTopLeft: [50, 12], paddingBottomRight: [window.innerWidth > 700 ? 290 : 12, 12] };
  }
  if (block.bounds) { map.fitBounds(block.bounds, Object.assign({ animate: false }, room())); }
  document.body.dataset.ready = "yes";
  function middle(i) { return outlines[i].getBounds().getCenter(); }
  return { go: go, map: map, middle: middle };
};
